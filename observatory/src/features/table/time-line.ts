/** Where a moment stands on a line, in pixels. */
export interface Stop {
  id: string;
  x: number;
}

/**
 * Places moments on a line by their time, pushed apart where they would touch.
 *
 * Args: moments from the oldest on; the first stands at 0, the last at `width`.
 */
export function placeStops(
  moments: readonly { id: string; time: number }[],
  width: number,
  gap: number,
): Stop[] {
  const first = moments[0]?.time ?? 0;
  const span = (moments.at(-1)?.time ?? 0) - first;
  const room = Math.min(gap, moments.length > 1 ? width / (moments.length - 1) : gap);
  const stops = moments.map(({ id, time }) => ({ id, x: span > 0 ? ((time - first) / span) * width : 0 }));
  let least = 0;
  for (const stop of stops) {
    stop.x = Math.max(stop.x, least);
    least = stop.x + room;
  }
  let most = width;
  for (const stop of stops.toReversed()) {
    stop.x = Math.min(stop.x, most);
    most = stop.x - room;
  }
  return stops;
}

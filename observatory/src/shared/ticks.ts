/** Returns round numbers from 0 to at least the greatest value, for an axis of about `steps`. */
export function ticks(greatest: number, steps = 4): number[] {
  if (!(greatest > 0)) return [0, 1];
  const rough = greatest / steps;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((part) => part * power).find((size) => size >= rough) ?? rough;
  const whole = greatest >= steps ? Math.max(1, Math.ceil(step)) : step;
  const found: number[] = [];
  for (let value = 0; value < greatest + whole; value += whole) found.push(Number(value.toFixed(10)));
  return found;
}

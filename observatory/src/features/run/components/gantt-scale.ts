import type { Schemas } from '../../../client/api';

type Step = Schemas['Step'];
type Run = Pick<Schemas['Run'], 'created_at' | 'started_at' | 'ended_at'>;

/** A time span as shares of the width: 0 to 1. */
export interface Span {
  from: number;
  to: number;
}

/** From when to when a chart of a run reaches, in milliseconds. */
export interface Reach {
  start: number;
  end: number;
}

const SHORTEST_MS = 100;
const ms = (time: string): number => new Date(time).getTime();

/** Returns the time a run takes up: until now while it goes on. */
export function reachOf(run: Run, steps: readonly Step[], now: Date): Reach {
  const start = ms(run.created_at);
  const ends = steps.flatMap((step) => (step.ended_at ? [ms(step.ended_at)] : []));
  const end = run.ended_at ? ms(run.ended_at) : Math.max(now.getTime(), ...ends);
  return { start, end: Math.max(end, start + SHORTEST_MS) };
}

/** Returns where a time span lies; one without an end reaches to the end of the chart. */
export function spanOf(from: string, to: string | null, { start, end }: Reach): Span {
  const share = (moment: number) => Math.max(0, Math.min(1, (moment - start) / (end - start)));
  return { from: share(ms(from)), to: share(to === null ? end : ms(to)) };
}

const ROUND_S = [
  0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400,
  28_800, 86_400,
];

/** Returns round times for the axis, in seconds after the start: about `wanted` of them. */
export function axis({ start, end }: Reach, wanted = 6): number[] {
  const length = (end - start) / 1000;
  const step = ROUND_S.find((size) => length / size <= wanted) ?? Math.ceil(length / wanted / 86_400) * 86_400;
  const marks: number[] = [];
  for (let at = 0; at * step <= length; at += 1) marks.push(at * step);
  return marks;
}

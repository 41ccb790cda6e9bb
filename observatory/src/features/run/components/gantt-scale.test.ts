import { describe, expect, it } from 'vitest';
import { axis, reachOf, spanOf } from './gantt-scale';

const at = (seconds: number): string => new Date(Date.UTC(2026, 10, 21, 10, 0, seconds)).toISOString();
const now = new Date(at(60));

describe('the scale of a run', () => {
  it('reaches from when the run was asked for to when it ended', () => {
    const reach = reachOf({ created_at: at(0), started_at: at(2), ended_at: at(10) }, [], now);
    expect(reach.end - reach.start).toBe(10_000);
  });
  it('reaches to now while the run goes on', () => {
    const reach = reachOf({ created_at: at(0), started_at: at(2), ended_at: null }, [], now);
    expect(reach.end).toBe(now.getTime());
  });
  it('has a width even if nothing took time', () => {
    const reach = reachOf({ created_at: at(5), started_at: null, ended_at: at(5) }, [], now);
    expect(reach.end).toBeGreaterThan(reach.start);
  });
  it('draws a step without an end to the end of the chart', () => {
    const reach = { start: Date.parse(at(0)), end: Date.parse(at(20)) };
    expect(spanOf(at(5), null, reach)).toEqual({ from: 0.25, to: 1 });
    expect(spanOf(at(5), at(10), reach)).toEqual({ from: 0.25, to: 0.5 });
  });
  it('marks round times, all of them inside the chart', () => {
    expect(axis({ start: 0, end: 25_000 })).toEqual([0, 5, 10, 15, 20, 25]);
    const long = axis({ start: 0, end: 100 * 86_400_000 });
    expect(long.length).toBeLessThanOrEqual(7);
    expect(long.at(-1)).toBeLessThanOrEqual(100 * 86_400);
  });
});

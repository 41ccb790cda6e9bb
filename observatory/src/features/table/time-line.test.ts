import { describe, expect, it } from 'vitest';
import { placeStops } from './time-line';

const at = (...times: number[]) => times.map((time) => ({ id: String(time), time }));

describe('moments on a line', () => {
  it('stand by their time', () => {
    expect(placeStops(at(0, 25, 100), 400, 10).map(({ x }) => x)).toEqual([0, 100, 400]);
  });
  it('are pushed apart where they would touch, and stay in order and on the line', () => {
    const xs = placeStops(at(0, 98, 99, 100), 300, 20).map(({ x }) => x);
    expect(xs).toEqual([0, 260, 280, 300]);
  });
  it('of one time or of none still have a place', () => {
    expect(placeStops(at(5, 5, 5), 100, 20).map(({ x }) => x)).toEqual([0, 20, 40]);
    expect(placeStops(at(5), 100, 20)).toEqual([{ id: '5', x: 0 }]);
    expect(placeStops([], 100, 20)).toEqual([]);
  });
  it('that are too many share the line evenly', () => {
    const xs = placeStops(at(...Array.from({ length: 101 }, (_, place) => place)), 100, 20).map(({ x }) => x);
    expect(xs.every((x, place) => Math.abs(x - place) < 1e-6)).toBe(true);
  });
});

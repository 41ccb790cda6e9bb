import { describe, expect, it } from 'vitest';
import { laneX, linesOf, rowY } from './graph-lines';

const commit = (id: string, lane: number, ...parents: string[]) => ({ id, lane, parents });

describe('the lines of the commit graph', () => {
  it('lead from each commit to each parent', () => {
    const lines = linesOf([commit('m', 0, 'a', 'b'), commit('b', 1, 'a'), commit('a', 0)]);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toEqual({ lane: 0, d: `M${laneX(0)} ${rowY(0)}V${rowY(2)}` });
  });
  it('have the colour of the outer lane, so that a branch is one colour', () => {
    const lines = linesOf([commit('m', 0, 'a', 'b'), commit('b', 1, 'a'), commit('a', 0)]);
    expect(lines.slice(1).map(({ lane }) => lane)).toEqual([1, 1]);
  });
  it('end where they should', () => {
    const [, toBranch, toMain] = linesOf([commit('m', 0, 'a', 'b'), commit('b', 1, 'a'), commit('a', 0)]);
    expect(toBranch?.d.endsWith(`V${rowY(1)}`)).toBe(true);
    expect(toMain?.d.endsWith(`${laneX(0)} ${rowY(2)}`)).toBe(true);
  });
  it('go to the lower edge for a parent that is not loaded', () => {
    expect(linesOf([commit('b', 0, 'far')])[0]?.d).toBe(`M${laneX(0)} ${rowY(0)}V34`);
  });
});

import { describe, expect, it } from 'vitest';
import { between, step, toggled } from './selection';

const keys = ['d', 'c', 'b', 'a'];

describe('a choice of partitions', () => {
  it('takes all between two cells, in either direction', () => {
    expect(between(keys, 1, 2)).toEqual(['c', 'b']);
    expect(between(keys, 3, 1)).toEqual(['c', 'b', 'a']);
  });
  it('adds what is not in it, and takes out what is', () => {
    expect([...toggled(new Set(['a']), ['b'])]).toEqual(['a', 'b']);
    expect([...toggled(new Set(['a', 'b']), ['b'])]).toEqual(['a']);
    expect([...toggled(new Set(['a']), ['a', 'b'])].sort()).toEqual(['a', 'b']);
  });
  it('moves over the grid and stays inside it', () => {
    expect(step(0, 'ArrowDown', 2, 4)).toBe(2);
    expect(step(3, 'ArrowRight', 2, 4)).toBe(3);
    expect(step(1, 'ArrowUp', 2, 4)).toBe(0);
    expect(step(0, 'End', 2, 4)).toBe(3);
    expect(step(0, 'x', 2, 4)).toBeNull();
    expect(step(0, 'End', 2, 0)).toBeNull();
  });
});

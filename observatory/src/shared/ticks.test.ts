import { expect, it } from 'vitest';
import { scale, ticks } from './ticks';

it('axes have round numbers that hold every value', () => {
  expect(ticks([243])).toEqual([0, 100, 200, 300]);
  expect(ticks([1])).toEqual([0, 1]);
  expect(ticks([0])).toEqual([0, 1]);
  expect(scale(-3, 12)).toEqual([-5, 0, 5, 10, 15]);
});

import { expect, it } from 'vitest';
import { rowSource } from '../../../shared/grid/row-source';
import { profileOf, quantile } from './profile';

it('numbers are summed up exactly', () => {
  const source = rowSource([{ name: 'n', type: 'int64' }], [[4n], [null], [1n], [1n], [2n]]);
  const profile = profileOf(source, 0);
  expect([profile.rows, profile.nulls, profile.distinct]).toEqual([5, 1, 3]);
  expect(profile.range).toEqual({ low: '1', high: '4' });
  expect(profile.numbers).toEqual({ mean: 2, quartiles: [1, 1.5, 2.5] });
  expect(profile.top[0]).toEqual({ value: '1', rows: 2 });
  expect(profile.histogram.reduce((total, bin) => total + bin.rows, 0)).toBe(4);
});

it('text has no range, and one value no histogram', () => {
  const text = profileOf(rowSource([{ name: 's', type: 'string' }], [['b'], ['a']]), 0);
  expect([text.range, text.numbers, text.histogram]).toEqual([null, null, []]);
  const one = profileOf(rowSource([{ name: 'n', type: 'double' }], [[3]]), 0);
  expect(one.histogram).toEqual([]);
});

it('quantiles lie between their neighbours', () => {
  expect(quantile([1, 2], 0.5)).toBe(1.5);
  expect(quantile([7], 0.25)).toBe(7);
});

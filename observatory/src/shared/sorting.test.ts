import { expect, it } from 'vitest';
import { orderText, parseOrder, sorted } from './sorting';

it('what has no value is last, up and down', () => {
  const rows = [{ n: 2 }, { n: null }, { n: 10 }];
  expect(sorted(rows, (row) => row.n, false).map((row) => row.n)).toEqual([2, 10, null]);
  expect(sorted(rows, (row) => row.n, true).map((row) => row.n)).toEqual([10, 2, null]);
});

it('text sorts with its numbers by size', () => {
  expect(sorted(['t10', 't9'], (row) => row, false)).toEqual(['t9', 't10']);
});

it('an order survives the address', () => {
  expect(orderText(parseOrder('-rows'))).toBe('-rows');
  expect(parseOrder('rows')).toEqual({ key: 'rows', descending: false });
});

import { expect, it } from 'vitest';
import { common } from './partitions';

it('offers what all assets have, each in its worst state', () => {
  const first = [
    { key: '2026-01-03', state: 'materialized' },
    { key: '2026-01-02', state: 'materialized' },
    { key: '2026-01-01', state: 'missing' },
  ] as const;
  const second = [
    { key: '2026-01-02', state: 'failed' },
    { key: '2026-01-01', state: 'materialized' },
  ] as const;

  expect(common([first, second])).toEqual([
    { key: '2026-01-02', state: 'failed' },
    { key: '2026-01-01', state: 'missing' },
  ]);
  expect(common([first])).toEqual(first);
  expect(common([])).toEqual([]);
});

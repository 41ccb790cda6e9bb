import { describe, expect, it } from 'vitest';
import { feltBy } from './impact';

const node = (asset: string) => ({
  asset, namespace: 'marts', group: null, kinds: [], owners: ['team:a'], external: false, partitioned: false,
  health: 'ok' as const, freshness: 'none' as const, last_at: null, checks_failed: 0, direction: 'downstream' as const, distance: 1,
});
const impact = (asset: string, ...felt: string[]) => ({ asset, total: felt.length, nodes: felt.map(node), by_owner: [] });

describe('who feels a merge', () => {
  it('is listed once, with all it feels it through', () => {
    const felt = feltBy(['raw.a', 'raw.b'], [impact('raw.a', 'marts.x'), impact('raw.b', 'marts.y', 'marts.x')]);
    expect(felt.map(({ asset, through }) => [asset, through])).toEqual([
      ['marts.x', ['raw.a', 'raw.b']],
      ['marts.y', ['raw.b']],
    ]);
  });
  it('is not what was made anew on the branch itself', () => {
    expect(feltBy(['raw.a', 'marts.x'], [impact('raw.a', 'marts.x')])).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { mergeState } from './merge-state';

const check = { table: 'raw.flights', required: ['schema'], passed: ['schema'], failed: [] as string[], missing: [] as string[] };
const clean = {
  source: 'dev/x', into: 'main', base: 'b', source_commit: 's', into_commit: 'i', mergeable: true, needs_update: false,
  steps: [{ key: 'raw.flights', how: 'fast-forward' as const }], conflicts: [], checks: [check],
};

describe('where a merge stands', () => {
  it('can be merged when all passed', () => {
    expect(mergeState(clean, true)).toMatchObject({ word: 'Can be merged', can: true, override: false });
  });
  it('cannot with conflicts, not even with a reason', () => {
    const conflicts = [{ key: 'raw.flights', reason: 'both', ours: null, theirs: null }];
    expect(mergeState({ ...clean, conflicts }, true)).toMatchObject({ tone: 'bad', can: false, override: false });
  });
  it('cannot into a protected branch with a failed check, but can with a reason', () => {
    const failed = { ...clean, checks: [{ ...check, passed: [], failed: ['schema'] }] };
    expect(mergeState(failed, true)).toMatchObject({ can: false, override: true });
    expect(mergeState(failed, false).can).toBe(true);
  });
  it('runs the checks that are missing', () => {
    expect(mergeState({ ...clean, checks: [{ ...check, passed: [], missing: ['schema'] }] }, true)).toMatchObject({ tone: 'warn', can: true });
  });
  it('has nothing to do when all is the same', () => {
    expect(mergeState({ ...clean, steps: [], checks: [] }, true)).toMatchObject({ empty: true, can: false });
  });
});

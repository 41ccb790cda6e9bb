import { describe, expect, it } from 'vitest';
import { diffLines } from './rows';

const columns = ['id', 'city', 'late'].map((name) => ({ name, type: 'string', required: false, doc: '', field_id: null }));

describe('changed rows as lines', () => {
  it('gives a changed row two lines and marks only the cells that changed', () => {
    const { source, tone } = diffLines(columns, [
      { kind: 'changed', key: [1], before: [1, 'Oslo', 3], after: [1, 'Oslo', 9], changed: ['late'] },
    ]);
    expect(source.rows).toBe(2);
    expect([0, 1].map((row) => source.value(row, 0))).toEqual(['~ was', '~ is']);
    expect([0, 1, 2, 3].map((column) => tone(0, column))).toEqual(['removed', undefined, undefined, 'removed']);
    expect(tone(1, 3)).toBe('added');
  });

  it('marks all of an added and of a removed row', () => {
    const { source, tone } = diffLines(columns, [
      { kind: 'added', key: [2], before: null, after: [2, 'Rome', 1], changed: [] },
      { kind: 'removed', key: [3], before: [3, 'Kiel', 0], after: null, changed: [] },
    ]);
    expect([source.value(0, 2), source.value(1, 2)]).toEqual(['Rome', 'Kiel']);
    expect([tone(0, 2), tone(1, 2), tone(2, 0)]).toEqual(['added', 'removed', undefined]);
  });
});

import { describe, expect, it } from 'vitest';
import { tableFromArrays, RecordBatchReader, tableToIPC } from 'apache-arrow';
import { arrowSource, batchAt } from './arrow-source';
import { decimalText, timestampText, timeText } from './arrow-values';
import { columnWidths, move } from './layout';
import { rowSource } from './row-source';

const size = { rows: 100, columns: 3, screen: 20 };

describe('cells', () => {
  it('move with the keys and stay inside', () => {
    expect(move(null, 'ArrowDown', false, size)).toEqual({ row: 0, column: 0 });
    expect(move({ row: 99, column: 2 }, 'ArrowDown', false, size)).toEqual({ row: 99, column: 2 });
    expect(move({ row: 5, column: 1 }, 'PageDown', false, size)).toEqual({ row: 25, column: 1 });
    expect(move({ row: 5, column: 1 }, 'End', true, size)).toEqual({ row: 99, column: 2 });
    expect(move({ row: 5, column: 1 }, 'x', false, size)).toBeNull();
    expect(move(null, 'ArrowDown', false, { ...size, rows: 0 })).toBeNull();
  });

  it('get room for what they show, within bounds', () => {
    const source = rowSource([{ name: 'a', type: 'int64' }, { name: 'b', type: 'string' }], [[1, 'x'.repeat(500)]]);
    const [narrow, wide] = columnWidths(source);
    expect(narrow).toBeGreaterThanOrEqual(72);
    expect(wide).toBe(340);
  });
});

describe('Arrow values', () => {
  it('are read across batches', () => {
    expect([0, 9, 10, 29].map((row) => batchAt([0, 10, 20], row))).toEqual([0, 0, 1, 2]);
    const table = tableFromArrays({ n: Int32Array.from([1, 2]), s: ['a', null] });
    const reader = RecordBatchReader.from(tableToIPC(table));
    const batches = [...reader, ...RecordBatchReader.from(tableToIPC(table))];
    const source = arrowSource(table.schema, batches);
    expect(source.rows).toBe(4);
    expect([source.value(3, 0), source.value(3, 1), source.value(2, 1)]).toEqual([2, null, 'a']);
  });

  it('of times keep their microseconds', () => {
    expect(timestampText(Date.UTC(2013, 0, 1, 5, 15))).toBe('2013-01-01 05:15:00');
    expect(timestampText(Date.UTC(2013, 0, 1) + 1.002)).toBe('2013-01-01 00:00:00.001002');
    expect(timeText(18_900)).toBe('05:15:00');
  });

  it('of decimals keep their digits and sign', () => {
    expect(decimalText(Uint32Array.of(12345, 0, 0, 0), 2)).toBe('123.45');
    expect(decimalText(Uint32Array.of(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff), 2)).toBe('-0.01');
    expect(decimalText(Uint32Array.of(7, 0, 0, 0), 0)).toBe('7');
  });
});

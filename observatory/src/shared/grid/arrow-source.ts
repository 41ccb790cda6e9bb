import { DataType, type RecordBatch, type Schema } from 'apache-arrow';
import { kindOf } from '../value';
import { reader } from './arrow-values';
import type { GridSource } from './source';

/** Returns Arrow batches as the source of a grid: values are read where they lie. */
export function arrowSource(schema: Schema, batches: readonly RecordBatch[]): GridSource {
  const starts: number[] = [];
  let rows = 0;
  for (const batch of batches) {
    starts.push(rows);
    rows += batch.numRows;
  }
  const readers = schema.fields.map((field) => reader(field.type as DataType));
  return {
    columns: schema.fields.map((field) => {
      const type = String(field.type);
      return { name: field.name, type, kind: kindOf(type) };
    }),
    rows,
    value(row, column) {
      const at = batchAt(starts, row);
      const vector = batches[at]?.getChildAt(column);
      return vector ? readers[column]?.(vector, row - (starts[at] ?? 0)) : null;
    },
  };
}

/** Returns which batch holds a row: the last that starts at or before it. */
export function batchAt(starts: readonly number[], row: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= row) low = middle;
    else high = middle - 1;
  }
  return low;
}

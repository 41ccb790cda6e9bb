import { kindOf } from '../value';
import type { GridSource } from './source';

/** Returns rows that came as JSON as the source of a grid. */
export function rowSource(
  columns: readonly { name: string; type: string }[],
  rows: readonly (readonly unknown[])[],
): GridSource {
  return {
    columns: columns.map(({ name, type }) => ({ name, type, kind: kindOf(type) })),
    rows: rows.length,
    value: (row, column) => rows[row]?.[column],
  };
}

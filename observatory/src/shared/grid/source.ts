import type { Kind } from '../value';

/** A column of a grid. */
export interface GridColumn {
  name: string;
  /** The type as its source spells it. */
  type: string;
  kind: Kind;
}

/** What a grid shows: any rows that can be asked for one value at a time. */
export interface GridSource {
  columns: readonly GridColumn[];
  rows: number;
  /** Returns a value; null and undefined are null in the data. */
  value: (row: number, column: number) => unknown;
}

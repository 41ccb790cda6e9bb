import { typeName, valueText } from '../value';
import type { GridSource } from './source';

/** A cell of a grid. */
export interface Cell {
  row: number;
  column: number;
}

const SAMPLE = 40;
const CHARACTER = 7.3;
const NARROWEST = 72;
const WIDEST = 340;

/** Returns how wide each column is, from its name, its type and its first values. */
export function columnWidths(source: GridSource): number[] {
  const sample = Math.min(SAMPLE, source.rows);
  return source.columns.map(({ name, type }, column) => {
    let longest = name.length + typeName(type).length + 2;
    for (let row = 0; row < sample; row += 1) {
      longest = Math.max(longest, valueText(source.value(row, column)).length);
    }
    return Math.round(Math.max(NARROWEST, Math.min(WIDEST, longest * CHARACTER + 26)));
  });
}

/** Returns the cell a key leads to; null if the key moves nothing. */
export function move(
  cell: Cell | null,
  key: string,
  mod: boolean,
  size: { rows: number; columns: number; screen: number },
): Cell | null {
  if (size.rows === 0 || size.columns === 0) return null;
  const { row, column } = cell ?? { row: 0, column: 0 };
  const lastRow = size.rows - 1;
  const lastColumn = size.columns - 1;
  const moves: Record<string, Cell> = {
    ArrowDown: { row: cell ? row + 1 : 0, column },
    ArrowUp: { row: row - 1, column },
    ArrowRight: { row, column: cell ? column + 1 : 0 },
    ArrowLeft: { row, column: column - 1 },
    PageDown: { row: row + size.screen, column },
    PageUp: { row: row - size.screen, column },
    Home: { row: mod ? 0 : row, column: 0 },
    End: { row: mod ? lastRow : row, column: lastColumn },
  };
  const next = moves[key];
  if (!next) return null;
  return {
    row: Math.max(0, Math.min(lastRow, next.row)),
    column: Math.max(0, Math.min(lastColumn, next.column)),
  };
}

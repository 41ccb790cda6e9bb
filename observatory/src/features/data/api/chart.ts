import type { GridSource } from '../../../shared/grid/source';
import { isNumeric, valueText } from '../../../shared/value';

/** A point of a quick chart. */
export interface Point {
  label: string;
  value: number;
}

/** More marks than this cannot be told apart. */
export const MOST_POINTS = 400;

/** Returns the columns a chart can have on its axes: any below, numbers at the side. */
export function axesOf(source: GridSource): { x: string[]; y: string[] } {
  return {
    x: source.columns.map((column) => column.name),
    y: source.columns.filter((column) => isNumeric(column.kind)).map((column) => column.name),
  };
}

/** Returns the columns to begin with: what names or dates a row, against its first number. */
export function initialAxes(source: GridSource): { x: string; y: string } {
  const { x, y } = axesOf(source);
  const side = y.find((name) => name !== x[0]) ?? y[0] ?? '';
  const naming = source.columns.find((column) => !isNumeric(column.kind) && column.name !== side);
  return { x: naming?.name ?? x.find((name) => name !== side) ?? side, y: side };
}

/** Returns the first rows as points; rows without a value have none. */
export function pointsOf(source: GridSource, x: string, y: string): Point[] {
  const across = source.columns.findIndex((column) => column.name === x);
  const up = source.columns.findIndex((column) => column.name === y);
  if (across < 0 || up < 0) return [];
  const points: Point[] = [];
  for (let row = 0; row < Math.min(source.rows, MOST_POINTS); row += 1) {
    const value = source.value(row, up);
    const number = value === null || value === undefined ? Number.NaN : Number(value);
    if (Number.isFinite(number)) points.push({ label: valueText(source.value(row, across)), value: number });
  }
  return points;
}

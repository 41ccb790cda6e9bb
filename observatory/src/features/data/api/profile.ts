import type { GridSource } from '../../../shared/grid/source';
import { isNumeric, valueText } from '../../../shared/value';

/** What the values of a column are like, over the rows that were loaded. */
export interface ColumnProfile {
  rows: number;
  nulls: number;
  distinct: number;
  /** The least and the greatest, of numbers and times. */
  range: { low: string; high: string } | null;
  numbers: { mean: number; quartiles: [number, number, number] } | null;
  histogram: { low: number; high: number; rows: number }[];
  top: { value: string; rows: number }[];
}

const BINS = 20;
const TOP = 6;

/** Profiles a column of a result by one walk over its rows. */
export function profileOf(source: GridSource, column: number): ColumnProfile {
  const kind = source.columns[column]?.kind ?? 'text';
  const seen = new Map<string, number>();
  const numbers: number[] = [];
  let nulls = 0;
  let low: string | null = null;
  let high: string | null = null;
  for (let row = 0; row < source.rows; row += 1) {
    const value = source.value(row, column);
    if (value === null || value === undefined) {
      nulls += 1;
      continue;
    }
    const text = valueText(value);
    seen.set(text, (seen.get(text) ?? 0) + 1);
    if (isNumeric(kind)) numbers.push(Number(value));
    else if (kind === 'time') {
      if (low === null || text < low) low = text;
      if (high === null || text > high) high = text;
    }
  }
  const finite = numbers.filter(Number.isFinite).sort((a, b) => a - b);
  const first = finite[0];
  const last = finite.at(-1);
  return {
    rows: source.rows,
    nulls,
    distinct: seen.size,
    range:
      first !== undefined && last !== undefined
        ? { low: String(first), high: String(last) }
        : low !== null && high !== null
          ? { low, high }
          : null,
    numbers: finite.length > 0 ? summary(finite) : null,
    histogram: histogram(finite),
    top: [...seen]
      .sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
      .slice(0, TOP)
      .map(([value, rows]) => ({ value, rows })),
  };
}

function summary(sorted: readonly number[]): ColumnProfile['numbers'] {
  const mean = sorted.reduce((total, value) => total + value, 0) / sorted.length;
  return { mean, quartiles: [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)] };
}

/** Returns a quantile between the two values next to it, as DuckDB's quantile_cont does. */
export function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}

function histogram(sorted: readonly number[]): ColumnProfile['histogram'] {
  const [low, high] = [sorted[0], sorted.at(-1)];
  if (low === undefined || high === undefined || low === high) return [];
  const width = (high - low) / BINS;
  const bins = Array.from({ length: BINS }, (_, at) => ({
    low: low + at * width,
    high: low + (at + 1) * width,
    rows: 0,
  }));
  for (const value of sorted) {
    const bin = bins[Math.min(BINS - 1, Math.floor((value - low) / width))];
    if (bin) bin.rows += 1;
  }
  return bins;
}

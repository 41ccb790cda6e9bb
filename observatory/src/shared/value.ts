import { dateTime } from './format';

/** How the values of a column are shown: right-aligned or not, with which text. */
export type Kind = 'integer' | 'number' | 'boolean' | 'time' | 'text' | 'nested';

const NUMBERS = /^(u?int|float|double|half|decimal|long|bigint|real|hugeint|smallint|tinyint)/;
const WHOLES = /^(u?int|long|bigint|hugeint|smallint|tinyint|integer)/;

/** Returns the kind of a column from the name of its type, as Arrow, Iceberg or DuckDB spell it. */
export function kindOf(type: string): Kind {
  const name = type.toLowerCase();
  if (/^(list|large_list|fixed_size_?list|struct|map|union)|\[\d*\]$/.test(name)) return 'nested';
  if (WHOLES.test(name)) return 'integer';
  if (NUMBERS.test(name)) return 'number';
  if (name.startsWith('bool')) return 'boolean';
  if (/^(timestamp|date|time|interval|duration|month_day)/.test(name)) return 'time';
  return 'text';
}

/** Whether values of a kind are read from the right. */
export const isNumeric = (kind: Kind): boolean => kind === 'integer' || kind === 'number';

/** Shortens the name of a type for a header: timestamp[us, tz=UTC] is timestamptz. */
export function typeName(type: string): string {
  const name = type.toLowerCase();
  if (name.startsWith('timestamp')) return /tz/.test(name) ? 'timestamptz' : 'timestamp';
  return name
    .replace(/^large_/, '')
    .replace(/^decimal128/, 'decimal')
    .replace(/[<[{].*$/s, '');
}

/** Returns a value as text, whole and as it is in the data. Null is the caller's to show. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (value instanceof Date) return dateTime(value);
  if (value instanceof Uint8Array) return hex(value);
  return JSON.stringify(value, plain);
}

function hex(value: Uint8Array): string {
  const shown = [...value.slice(0, 32)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return value.length > 32 ? `0x${shown}… (${value.length} bytes)` : `0x${shown}`;
}

function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  return value instanceof Uint8Array ? hex(value) : value;
}

/** How far back the lines reach; empty is all there are. */
export const RANGES = [
  { value: '', label: 'Any time' },
  { value: '15m', label: 'Last 15 minutes' },
  { value: '1h', label: 'Last hour' },
  { value: '6h', label: 'Last 6 hours' },
  { value: '24h', label: 'Last 24 hours' },
  { value: '7d', label: 'Last 7 days' },
  { value: 'between', label: 'From … to …' },
];

const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Returns when a range such as `6h` begins, as a moment in ISO 8601; empty if it is none. */
export function startOf(range: string, now: Date): string {
  const [, size, unit = ''] = /^(\d{1,4})([mhd])$/.exec(range) ?? [];
  const each = UNITS[unit];
  return size === undefined || each === undefined ? '' : new Date(now.getTime() - Number(size) * each).toISOString();
}

/** Returns a time that was typed (in the reader's zone) as a moment; empty if it is none. */
export function momentOf(typed: string): string {
  const moment = new Date(typed);
  return typed === '' || Number.isNaN(moment.getTime()) ? '' : moment.toISOString();
}

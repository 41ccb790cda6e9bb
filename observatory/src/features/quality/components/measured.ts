import { count, decimal } from '../../../shared/format';
import { valueText } from '../../../shared/value';

/** Returns what a check measured as a number; null if it measured something else or nothing. */
export function numberOf(measured: unknown): number | null {
  if (typeof measured === 'number') return Number.isFinite(measured) ? measured : null;
  if (typeof measured === 'boolean' || typeof measured !== 'string' || measured.trim() === '') return null;
  const value = Number(measured);
  return Number.isFinite(value) ? value : null;
}

/** Returns what a check measured as text. */
export function measuredText(measured: unknown): string {
  if (typeof measured !== 'number') return valueText(measured);
  return Number.isInteger(measured) ? count(measured) : decimal(measured);
}

/** Returns the least and the greatest of values, with a little room; never without height. */
export function boundsOf(values: readonly number[]): { low: number; high: number } {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = (high - low) * 0.08 || Math.abs(high) * 0.1 || 1;
  // What cannot be negative is not drawn as if it could.
  return { low: low >= 0 ? Math.max(0, low - room) : low - room, high: high + room };
}

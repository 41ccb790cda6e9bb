import { describe, expect, it } from 'vitest';
import { tailPath } from '../api/queries';
import { momentOf, startOf } from './time-range';

const now = new Date('2026-11-21T12:00:00Z');

describe('the time of lines', () => {
  it('begins as long ago as the range says', () => {
    expect(startOf('15m', now)).toBe('2026-11-21T11:45:00.000Z');
    expect(startOf('7d', now)).toBe('2026-11-14T12:00:00.000Z');
  });
  it('is any for a range that is none', () => {
    for (const range of ['', 'between', '5x', 'h', '99999999h']) expect(startOf(range, now)).toBe('');
    expect(momentOf('')).toBe('');
    expect(momentOf('tomorrow')).toBe('');
  });
});

describe('the address of live lines', () => {
  it('names only what is asked for', () => {
    expect(tailPath({ run: '', asset: '', level: '', q: '' })).toBe('/api/loki/tail');
    expect(tailPath({ run: '', asset: 'raw.x', level: 'error', q: 'a b&c' })).toBe(
      '/api/loki/tail?asset=raw.x&level=error&q=a+b%26c',
    );
  });
});

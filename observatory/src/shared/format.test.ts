import { describe, expect, it } from 'vitest';
import { bytes, compact, count, duration, percent, plural, relative, words } from './format';

describe('numbers', () => {
  it('are grouped, shortened and counted', () => {
    expect(count(1234567)).toBe('1,234,567');
    expect(compact(336776)).toBe('336.8K');
    expect(plural(1, 'row')).toBe('1 row');
    expect(plural(0, 'row')).toBe('0 rows');
  });

  it('are not called all when they are nearly all', () => {
    expect(percent(0.99999)).toBe('99.9 %');
    expect(percent(1)).toBe('100 %');
    expect(percent(0)).toBe('0 %');
  });

  it('of bytes never show a thousand of a unit', () => {
    expect(bytes(0)).toBe('0 B');
    expect(bytes(999)).toBe('999 B');
    expect(bytes(999_999)).toBe('1.0 MB');
    expect(bytes(13_309_716)).toBe('13 MB');
  });
});

describe('times', () => {
  it('take the two units that matter', () => {
    expect(duration(0.0204)).toBe('20 ms');
    expect(duration(9.96)).toBe('10 s');
    expect(duration(59.7)).toBe('1 m');
    expect(duration(8400)).toBe('2 h 20 m');
    expect(duration(691_200)).toBe('8 d');
  });

  it('are told from now, in both directions', () => {
    const now = new Date('2026-01-01T12:00:00Z');
    expect(relative(new Date('2026-01-01T11:59:58Z'), now)).toBe('just now');
    expect(relative(new Date('2026-01-01T11:18:00Z'), now)).toBe('42 m ago');
    expect(relative(new Date('2026-01-01T15:00:00Z'), now)).toBe('in 3 h');
  });
});

it('words of the API become sentences', () => {
  expect(words('in_progress')).toBe('In progress');
});

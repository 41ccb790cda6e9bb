import { describe, expect, it } from 'vitest';
import { boundsOf, measuredText, numberOf } from './measured';

describe('what a check measured', () => {
  it('is a number only if it is one', () => {
    expect(numberOf(0)).toBe(0);
    expect(numberOf('12.5')).toBe(12.5);
    for (const other of [null, undefined, true, '', ' ', 'many', Number.NaN, { rows: 1 }]) {
      expect(numberOf(other)).toBeNull();
    }
  });
  it('is shown as a person reads it', () => {
    expect(measuredText(52_606)).toBe('52,606');
    expect(measuredText(0.1234567)).toBe('0.123457');
    expect(measuredText({ rows: 1 })).toBe('{"rows":1}');
  });
  it('is drawn with height even if it never changes, and never below zero if it cannot be', () => {
    expect(boundsOf([5, 5]).high).toBeGreaterThan(boundsOf([5, 5]).low);
    expect(boundsOf([0, 0])).toEqual({ low: 0, high: 1 });
    expect(boundsOf([0, 100]).low).toBe(0);
    expect(boundsOf([-10, 10]).low).toBeLessThan(-10);
  });
});

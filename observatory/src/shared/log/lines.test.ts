import { describe, expect, it } from 'vitest';
import { aboutOf, firstLine, isError, keyOf, reaches, says, type Line } from './lines';

const line = (change: Partial<Line>): Line => ({
  id: 7,
  time: '2026-11-21T10:00:00Z',
  level: 'info',
  type: 'LOG',
  step: null,
  asset: null,
  check: null,
  partition: null,
  message: 'one\ntwo',
  error: null,
  metadata: {},
  ...change,
});

describe('a line of a log', () => {
  it('is told from lines of other runs with the same id', () => {
    expect(keyOf(line({}))).toBe('7');
    expect(keyOf(line({ run_id: 'a' }))).not.toBe(keyOf(line({ run_id: 'b' })));
  });
  it('reaches its own level and those below', () => {
    expect(reaches(line({ level: 'warning' }), 'info')).toBe(true);
    expect(reaches(line({ level: 'debug' }), 'info')).toBe(false);
    expect(reaches(line({ level: 'debug' }), '')).toBe(true);
    expect(isError(line({ level: 'critical' }))).toBe(true);
    expect(isError(line({ level: 'warning' }))).toBe(false);
  });
  it('is found by its message, its error and, without words, its type', () => {
    expect(says(line({}), 'TWO')).toBe(true);
    expect(says(line({ error: 'ValueError: no header' }), 'no header')).toBe(true);
    expect(says(line({ message: '', type: 'PIPELINE_ENQUEUED' }), 'pipeline enqueued')).toBe(true);
    expect(says(line({}), 'three')).toBe(false);
  });
  it('is shown by its first line, after its step or asset', () => {
    expect(firstLine(line({}))).toBe('one');
    expect(firstLine(line({ message: '', type: 'PIPELINE_ENQUEUED' }))).toBe('Pipeline enqueued');
    expect(aboutOf(line({ asset: 'raw.x' }))).toBe('raw.x');
    expect(aboutOf(line({ step: 'raw__x', asset: 'raw.x' }))).toBe('raw__x');
  });
});

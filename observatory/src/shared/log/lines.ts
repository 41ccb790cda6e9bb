import type { Schemas } from '../../client/api';
import { words } from '../format';
import type { Tone } from '../words';

/** A line of a log; `run_id` is there where lines of several runs stand together. */
export type Line = Schemas['LogEvent'] & { run_id?: string };
export type Level = Line['level'];

/** The levels, the quietest first. */
export const LEVELS: readonly Level[] = ['debug', 'info', 'warning', 'error', 'critical'];

const TONES: Record<Level, Tone> = {
  debug: 'idle',
  info: 'run',
  warning: 'warn',
  error: 'bad',
  critical: 'bad',
};

export const toneOf = (level: Level): Tone => TONES[level];

/** Tells a line from all others, those of other runs too. */
export const keyOf = (line: Line): string =>
  line.run_id === undefined ? String(line.id) : `${line.run_id}:${line.id}`;

/** Whether a line is at a level or above it; every line is if no level is named. */
export const reaches = (line: Line, level: string): boolean =>
  level === '' || LEVELS.indexOf(line.level) >= LEVELS.indexOf(level as Level);

/** Whether a line is an error. */
export const isError = (line: Line): boolean => reaches(line, 'error');

/** Whether a line says a text, in its message or its error. */
export function says(line: Line, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  return wanted === '' || `${textOf(line)}\n${line.error ?? ''}`.toLowerCase().includes(wanted);
}

/** What a line is about: its step, or the asset. */
export const aboutOf = (line: Line): string => line.step ?? line.asset ?? '';

/** What a line says; one without words says what happened by its type. */
export const textOf = (line: Line): string => line.message || words(line.type.toLowerCase());

/** A line as one line of text: of many, only the first. */
export const firstLine = (line: Line): string => textOf(line).split('\n', 1)[0] ?? '';

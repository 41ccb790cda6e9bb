import type { Schemas } from '../../../client/api';
import { words } from '../../../shared/format';
import type { Said, Tone } from '../../../shared/words';

const TICKS: Record<Schemas['Tick']['status'], Said> = {
  started: { tone: 'run', word: 'Ticking' },
  skipped: { tone: 'idle', word: 'Skipped' },
  success: { tone: 'ok', word: 'Started runs' },
  failure: { tone: 'bad', word: 'Failed' },
};

export const sayTick = (status: Schemas['Tick']['status']): Said => TICKS[status];

const BACKFILLS: Record<string, Tone> = {
  requested: 'run',
  completed: 'ok',
  completed_success: 'ok',
  completed_failed: 'bad',
  failed: 'bad',
  failing: 'bad',
  canceling: 'warn',
  canceled: 'warn',
};

/** Says the state of a backfill; what Dagster may add later is shown as it is. */
export function sayBackfill(status: string): Said {
  const known = status.toLowerCase();
  return { tone: BACKFILLS[known] ?? 'unknown', word: words(known) };
}

/** Whether a backfill can still be cancelled. */
export const isOpen = (status: string): boolean => ['requested', 'failing'].includes(status.toLowerCase());

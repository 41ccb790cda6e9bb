import { SegmentedControl } from '@mantine/core';
import type { Schemas } from '../../../client/api';
import { Bars, Legend } from '../../../shared/bars';
import { EmptyState } from '../../../shared/empty-state';
import { count, day, percent, plural } from '../../../shared/format';
import { Split } from '../../../shared/meter';
import { Card } from '../../../shared/page';
import { Status } from '../../../shared/status';
import { Unknown } from '../../../shared/unknown';
import { sayCheck } from '../../../shared/words';
import type { CheckStatus } from '../api/queries';
import css from './quality.module.css';

type Overview = Schemas['QualityOverview'];

const STATES: readonly CheckStatus[] = ['passed', 'warned', 'failed', 'error', 'running', 'skipped', 'unknown'];
const SERIES = [
  { name: 'Passed', colour: 'var(--chart-normal)' },
  { name: 'Warned', colour: 'var(--warn-fill)' },
  { name: 'Failed', colour: 'var(--bad-fill)' },
];
export const DAYS = ['7', '14', '30', '90'];

interface Props {
  overview: Overview;
  status: string;
  onStatus: (status: string) => void;
  days: string;
  onDays: (days: string) => void;
}

/** The score now, its parts, and the checks of each day. */
export function OverviewCards({ overview, status, onStatus, days, onDays }: Props) {
  const { counts, score, over_time: points } = overview;
  const run = counts.passed + counts.warned + counts.failed + counts.error;
  const wasRun = points.some((point) => point.run > 0);
  return (
    <div className={css.top}>
      <Card title="Score now">
        <div className={css.score}>
          <span className={css.big}>{score === null ? <Unknown why="no check was ever run" /> : percent(score)}</span>
          <span className="dim">
            {count(counts.passed)} of {plural(run, 'check')} passed when last run
          </span>
          <Split
            label={STATES.map((state) => `${sayCheck(state).word} ${counts[state]}`).join(', ')}
            parts={[
              { tone: 'ok', size: counts.passed },
              { tone: 'warn', size: counts.warned },
              { tone: 'bad', size: counts.failed + counts.error },
              { tone: 'run', size: counts.running },
              { tone: 'idle', size: counts.skipped + counts.unknown },
            ]}
          />
          <ul className={css.counts}>
            {STATES.filter((state) => counts[state] > 0 || state === 'failed').map((state) => (
              <li key={state}>
                <button
                  type="button"
                  className={css.count}
                  aria-pressed={status === state}
                  title={`List those that are: ${sayCheck(state).word}`}
                  onClick={() => onStatus(status === state ? '' : state)}
                >
                  <Status {...sayCheck(state)} plain />
                  <b>{count(counts[state])}</b>
                </button>
              </li>
            ))}
          </ul>
        </div>
      </Card>
      <Card
        title="Checks by day"
        actions={
          <>
            <Legend series={SERIES} />
            <SegmentedControl
              aria-label="How many days"
              data={DAYS.map((value) => ({ value, label: `${value} d` }))}
              value={days}
              onChange={onDays}
            />
          </>
        }
      >
        {wasRun ? (
          <div className={css.bars}>
            <Bars
              label="Checks by day"
              series={SERIES}
              height={224}
              bars={points.map((point) => ({
                label: day(new Date(`${point.day}T00:00:00`)),
                values: [point.passed, point.warned, point.run - point.passed - point.warned],
              }))}
            />
          </div>
        ) : (
          <EmptyState title={`No check was run in ${plural(Number(days), 'day')}`} hint="Checks run with their assets: run one." />
        )}
      </Card>
    </div>
  );
}

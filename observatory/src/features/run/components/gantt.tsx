import type { CSSProperties } from 'react';
import type { Schemas } from '../../../client/api';
import { EmptyState } from '../../../shared/empty-state';
import { duration } from '../../../shared/format';
import { useNow } from '../../../shared/now';
import { Status } from '../../../shared/status';
import { Unknown } from '../../../shared/unknown';
import { sayStep } from '../../../shared/words';
import { axis, reachOf, spanOf, type Reach } from './gantt-scale';
import css from './run.module.css';

type Step = Schemas['Step'];

interface Props {
  run: Schemas['RunDetail'];
  steps: readonly Step[];
  /** The step whose lines are shown; empty is all. */
  chosen: string;
  onChoose: (step: string) => void;
}

/** The steps of a run over time. A click on a step shows its lines alone. */
export function Gantt({ run, steps, chosen, onChoose }: Props) {
  const now = useNow();
  if (steps.length === 0) {
    return (
      <EmptyState
        compact
        title={run.finished ? 'No step has run' : 'No step has begun'}
        hint={run.finished ? 'The log below says why.' : 'They appear here as soon as the run starts.'}
      />
    );
  }
  const reach = reachOf(run, steps, now);
  const marks = axis(reach);
  const length = (reach.end - reach.start) / 1000;
  const waited = run.started_at ? spanOf(run.created_at, run.started_at, reach) : null;
  return (
    <div className={css.gantt}>
      <div className={css.axis} aria-hidden>
        {marks.map((mark) => (
          <span key={mark} style={{ left: `${(mark / length) * 100}%` }}>
            {mark === 0 ? '0' : duration(mark)}
          </span>
        ))}
      </div>
      <ul className={css.steps} aria-label="Steps over time">
        {steps.map((step) => (
          <li key={step.step}>
            <button
              type="button"
              className={css.step}
              aria-pressed={chosen === step.step}
              title={`Show the lines of ${step.step} alone`}
              onClick={() => onChoose(chosen === step.step ? '' : step.step)}
            >
              <span className={css.stepName}>
                <Status {...sayStep(step.status)} plain />
                <span className="mono trunc">{step.step}</span>
              </span>
              <span className={css.track} aria-hidden>
                {marks.map((mark) => (
                  <i key={mark} className={css.grid} style={{ left: `${(mark / length) * 100}%` }} />
                ))}
                {waited && <i className={css.waited} style={{ width: `${waited.to * 100}%` }} />}
                {bars(step, reach).map((style, place) => (
                  <i key={place} className={css.bar} data-status={step.status} style={style} />
                ))}
              </span>
              <span className={css.took}>
                <Took step={step} now={now} />
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A bar for each try of a step. */
function bars(step: Step, reach: Reach): CSSProperties[] {
  const whole = step.started_at ? [{ started_at: step.started_at, ended_at: step.ended_at }] : [];
  const tries = step.attempts.length > 0 ? step.attempts : whole;
  return tries.flatMap(({ started_at, ended_at }) => {
    if (!started_at) return [];
    const { from, to } = spanOf(started_at, ended_at, reach);
    return [{ left: `${from * 100}%`, width: `${(to - from) * 100}%` }];
  });
}

function Took({ step, now }: { step: Step; now: Date }) {
  if (step.duration_s !== null) return <>{duration(step.duration_s)}</>;
  if (!step.started_at) return <Unknown why="it has not begun" />;
  return <>{duration(Math.max(0, (now.getTime() - new Date(step.started_at).getTime()) / 1000))}</>;
}

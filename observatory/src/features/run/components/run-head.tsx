import { Button } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { ExternalLink, RotateCcw, Square } from 'lucide-react';
import { useState } from 'react';
import type { Schemas } from '../../../client/api';
import { useCommands } from '../../../shared/commands';
import { ConfirmModal } from '../../../shared/confirm-modal';
import { duration, shortId } from '../../../shared/format';
import { Identifier } from '../../../shared/identifier';
import { useNow } from '../../../shared/now';
import { RelativeTime } from '../../../shared/relative-time';
import { dagsterRun, runTitle } from '../../../shared/run-title';
import { Status } from '../../../shared/status';
import { Unknown } from '../../../shared/unknown';
import { sayRun } from '../../../shared/words';
import { cancelRun, runAgain } from '../api/queries';
import css from './run.module.css';

type Run = Schemas['RunDetail'];
type Asked = 'cancel' | 'all' | 'failed' | null;

/** What a run is and how it went, with what can be done about it. */
export function RunHead({ run, onChanged }: { run: Run; onChanged: () => void }) {
  const [asked, setAsked] = useState<Asked>(null);
  const navigate = useNavigate();
  const can = { cancel: run.can_cancel, all: run.finished, failed: run.can_retry_failed };
  useCommands([
    ...(can.cancel ? [{ id: 'run-cancel', label: 'Cancel this run', run: () => setAsked('cancel') }] : []),
    ...(can.failed ? [{ id: 'run-failed', label: 'Retry this run from where it failed', run: () => setAsked('failed') }] : []),
    ...(can.all ? [{ id: 'run-all', label: 'Run all of this again', run: () => setAsked('all') }] : []),
  ]);

  async function confirm(): Promise<void> {
    if (asked === 'cancel') {
      await cancelRun(run.run_id);
      onChanged();
    } else if (asked) {
      const { run_id } = await runAgain(run.run_id, asked);
      await navigate({ to: '/runs/$run', params: { run: run_id } });
    }
  }
  return (
    <>
      <div className={css.head}>
        <Link to="/runs">Runs</Link>
        <span className="dim" aria-hidden>/</span>
        <h2 className={run.assets.length === 1 ? 'mono' : undefined}>{runTitle(run)}</h2>
        <Status {...sayRun(run.status)} />
        <div className={css.actions}>
          <Button component="a" href={dagsterRun(run.run_id)} leftSection={<ExternalLink size={13} aria-hidden />}>
            In Dagster
          </Button>
          {can.cancel && (
            <Button leftSection={<Square size={12} aria-hidden />} onClick={() => setAsked('cancel')}>
              Cancel
            </Button>
          )}
          {can.all && (
            <Button
              variant={can.failed ? 'default' : 'filled'}
              leftSection={<RotateCcw size={13} aria-hidden />}
              onClick={() => setAsked('all')}
            >
              Run all again
            </Button>
          )}
          {can.failed && (
            <Button variant="filled" leftSection={<RotateCcw size={13} aria-hidden />} onClick={() => setAsked('failed')}>
              Retry from failure
            </Button>
          )}
        </div>
      </div>
      <Facts run={run} />
      <ConfirmModal
        opened={asked !== null}
        title={asked === 'cancel' ? 'Cancel this run' : 'Run again'}
        verb={asked === 'cancel' ? 'Cancel the run' : 'Run again'}
        danger={asked === 'cancel'}
        onConfirm={confirm}
        onClose={() => setAsked(null)}
      >
        <p>{SAID[asked ?? 'all']}</p>
      </ConfirmModal>
    </>
  );
}

const SAID: Record<Exclude<Asked, null>, string> = {
  cancel: 'The run stops after what it is doing now. What it has published stays; what it has not is dropped.',
  all: 'Every step runs again, with the same assets, partition and configuration, as a new run.',
  failed: 'The steps that failed and those after them run again, as a new run. What succeeded is not done twice.',
};

function Facts({ run }: { run: Run }) {
  const now = useNow();
  const began = run.started_at ? new Date(run.started_at) : null;
  const so_far = began && !run.finished ? Math.max(0, (now.getTime() - began.getTime()) / 1000) : null;
  const took = run.duration_s ?? so_far;
  return (
    <div className={css.facts}>
      <span>
        Run <Identifier name={run.run_id} copy>{shortId(run.run_id)}</Identifier>
      </span>
      <span>
        {run.ended_at ? 'Ended' : began ? 'Began' : 'Asked for'}{' '}
        <b>
          <RelativeTime time={run.ended_at ?? run.started_at ?? run.created_at} />
        </b>
      </span>
      <span>
        Took <b>{took === null ? <Unknown why="it has not started" /> : duration(took)}</b>
      </span>
      <span>
        By <b>{run.by_name && run.launched_by !== 'retry' ? `${run.launched_by} ${run.by_name}` : run.launched_by}</b>
      </span>
      {run.partition && (
        <span>
          Partition <Identifier name={run.partition} copy />
        </span>
      )}
      <span>
        To <b className="mono">{run.ref}</b>
      </span>
      {run.parent_run_id && (
        <span>
          Again after{' '}
          <Link to="/runs/$run" params={{ run: run.parent_run_id }}>
            <span className="mono">{shortId(run.parent_run_id)}</span>
          </Link>
        </span>
      )}
    </div>
  );
}

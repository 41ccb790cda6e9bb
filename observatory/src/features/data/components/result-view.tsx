import { Table2 } from 'lucide-react';
import { EmptyState } from '../../../shared/empty-state';
import { ErrorState } from '../../../shared/error-state';
import { bytes, count, duration, plural } from '../../../shared/format';
import { DataGrid } from '../../../shared/grid/data-grid';
import { Skeleton } from '../../../shared/skeleton';
import { Status } from '../../../shared/status';
import type { Execution } from '../api/use-statement';
import { ProfiledHeader } from './column-profile';
import { ElapsedTime } from './elapsed-time';
import { QuickChart } from './quick-chart';
import css from './data.module.css';

interface Props {
  execution: Execution | null;
  view: string;
  onRetry: () => void;
}

/** The rows of the statement that ran last, as a grid or as a chart. */
export function ResultView({ execution, view, onRetry }: Props) {
  if (!execution) {
    return (
      <EmptyState
        icon={Table2}
        title="No statement has run"
        hint="Write one and press Ctrl Enter, or query a table from the list."
      />
    );
  }
  if (execution.state === 'failed') return <ErrorState error={execution.problem} onRetry={onRetry} />;
  const { source } = execution;
  if (!source) {
    return execution.state === 'cancelled' ? (
      <EmptyState title="Cancelled before the first rows" hint="Run it again with Ctrl Enter." />
    ) : (
      <div className={css.scroll} role="status" aria-label="Running" style={{ padding: 12 }}>
        <Skeleton height={180} />
      </div>
    );
  }
  if (source.rows === 0 && execution.state === 'done') {
    return <EmptyState title="No row matches" hint="The statement ran and its result is empty." />;
  }
  if (view === 'chart') return <QuickChart source={source} />;
  return (
    <DataGrid
      source={source}
      label="Result"
      header={(column, place) => (
        <ProfiledHeader source={source} column={column} place={place} whole={execution.state === 'done'} />
      )}
    />
  );
}

const BOUNDS = {
  rows: 'the limit of rows',
  bytes: 'the limit of bytes',
  time: 'the limit of time',
  memory: 'the limit of memory',
  cancel: 'a cancel',
};

/** What was measured of a statement: rows, columns, bytes, times, and the bound it hit. */
export function Facts({ execution }: { execution: Execution }) {
  const { source, run, state, firstRows } = execution;
  return (
    <>
      {state === 'running' && (
        <>
          <Status tone="run" word="Running" />
          <ElapsedTime since={execution.began} />
        </>
      )}
      {state === 'cancelled' && <Status tone="warn" word="Cancelled" />}
      {state === 'failed' && <Status tone="bad" word="Failed" />}
      {source && state !== 'failed' && (
        <>
          <b className="num">{plural(source.rows, 'row')}</b>
          <span className="num">{plural(source.columns.length, 'column')}</span>
        </>
      )}
      {run && state === 'done' && (
        <>
          <span className="num">{duration(run.elapsed_ms / 1000)}</span>
          {firstRows !== null && <span className="num">first rows after {duration(firstRows / 1000)}</span>}
          <span className="num">{bytes(run.bytes)} sent</span>
          {run.scanned_bytes !== null && <span className="num">of {bytes(run.scanned_bytes)} on disk</span>}
          {run.commit && (
            <span className="mono" title={`commit ${run.commit}`}>
              {run.ref} @ {run.commit.slice(0, 8)}
            </span>
          )}
        </>
      )}
    </>
  );
}

/** Says that a result is not whole, and why. */
export function Cut({ execution }: { execution: Execution }) {
  const bound = execution.run?.stopped_by;
  if (!bound || bound === 'cancel' || !execution.source) return null;
  return (
    <p className={css.note} role="status">
      Not all rows are here: {BOUNDS[bound]} ended it after {count(execution.source.rows)} rows.
      Narrow the statement, or raise the limit in lakehouse.toml.
    </p>
  );
}

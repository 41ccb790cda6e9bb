import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { Schemas } from '../../../client/api';
import { EmptyState } from '../../../shared/empty-state';
import { duration, plural } from '../../../shared/format';
import { ErrorState } from '../../../shared/error-state';
import { RelativeTime } from '../../../shared/relative-time';
import { SkeletonRows } from '../../../shared/skeleton';
import { Status } from '../../../shared/status';
import type { Said } from '../../../shared/words';
import { historyQuery } from '../api/queries';
import css from './data.module.css';

type Run = Schemas['QueryRun'];

const STATES: Record<Run['state'], Said> = {
  running: { tone: 'run', word: 'Running' },
  done: { tone: 'ok', word: 'Done' },
  failed: { tone: 'bad', word: 'Failed' },
  cancelled: { tone: 'warn', word: 'Cancelled' },
};

/** The statements that ran since the process began; one is put into the editor by a click. */
export function HistoryList({ onOpen }: { onOpen: (sql: string) => void }) {
  const history = useInfiniteQuery(historyQuery);
  if (history.isError) return <ErrorState compact error={history.error} onRetry={() => void history.refetch()} />;
  if (!history.data) return <SkeletonRows />;
  const runs = history.data.pages.flatMap((page) => page.items);
  if (runs.length === 0) {
    return <EmptyState compact title="Nothing was run yet" hint="The history begins when phlo starts. Run a statement with Ctrl Enter." />;
  }
  return (
    <div className={css.scroll}>
      {runs.map((run) => (
        <button type="button" key={run.id} className={css.entry} onClick={() => onOpen(run.sql)} title={run.problem ?? run.sql}>
          <span className={css.entryHead}>
            <Status {...STATES[run.state]} plain />
            <span className="dim">
              {run.state === 'done' ? `${plural(run.rows, 'row')}, ${duration(run.elapsed_ms / 1000)}` : run.ref}
            </span>
            <span>
              <RelativeTime time={run.started_at} />
            </span>
          </span>
          <code className="mono">{run.sql}</code>
        </button>
      ))}
      {history.hasNextPage && (
        <Button m="sm" loading={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
          Older
        </Button>
      )}
    </div>
  );
}

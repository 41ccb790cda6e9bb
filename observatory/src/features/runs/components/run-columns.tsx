import type { Schemas } from '../../../client/api';
import type { TableColumn } from '../../../shared/data-table';
import { duration, shortId, words } from '../../../shared/format';
import { Identifier } from '../../../shared/identifier';
import { useNow } from '../../../shared/now';
import { RelativeTime } from '../../../shared/relative-time';
import { runTitle } from '../../../shared/run-title';
import { Status } from '../../../shared/status';
import { Unknown } from '../../../shared/unknown';
import { isRunning, sayRun } from '../../../shared/words';

type Run = Schemas['Run'];

/** How a list shows runs. */
export const RUN_COLUMNS: TableColumn<Run>[] = [
  { key: 'status', title: 'Status', width: 120, cell: (run) => <Status {...sayRun(run.status)} /> },
  { key: 'run', title: 'Run', width: 100, cell: (run) => <Identifier name={run.run_id} copy>{shortId(run.run_id)}</Identifier> },
  { key: 'what', title: 'What', cell: (run) => <What run={run} /> },
  {
    key: 'partition',
    title: 'Partition',
    cell: (run) => (run.partition ? <Identifier name={run.partition} /> : <span className="dim">whole</span>),
  },
  { key: 'branch', title: 'To', cell: (run) => <span className="mono">{run.ref}</span> },
  {
    key: 'by',
    title: 'By',
    cell: (run) => <span title={run.by_name ?? undefined}>{words(run.launched_by)}</span>,
  },
  { key: 'took', title: 'Took', end: true, cell: (run) => <Took run={run} /> },
  { key: 'began', title: 'Began', end: true, cell: (run) => <RelativeTime time={run.started_at ?? run.created_at} /> },
];

function What({ run }: { run: Run }) {
  const only = run.assets.length === 1 ? run.assets[0] : undefined;
  return only ? (
    <Identifier name={only} namespace={only.split('.')[0]} />
  ) : (
    <span title={run.assets.join('\n')}>{runTitle(run)}</span>
  );
}

function Took({ run }: { run: Run }) {
  const now = useNow();
  if (run.duration_s !== null) return <span>{duration(run.duration_s)}</span>;
  if (!run.started_at || !isRunning(run.status)) return <Unknown why="it has not started" />;
  return <span>{duration(Math.max(0, (now.getTime() - new Date(run.started_at).getTime()) / 1000))}</span>;
}

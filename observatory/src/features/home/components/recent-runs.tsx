import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Schemas } from '../../../client/api';
import { DataTable, type TableColumn } from '../../../shared/data-table';
import { EmptyState } from '../../../shared/empty-state';
import { duration, plural } from '../../../shared/format';
import { Identifier } from '../../../shared/identifier';
import { Loaded } from '../../../shared/loaded';
import { Card } from '../../../shared/page';
import { RelativeTime } from '../../../shared/relative-time';
import { Status } from '../../../shared/status';
import { Unknown } from '../../../shared/unknown';
import { sayRun } from '../../../shared/words';
import { recentRunsQuery } from '../api/queries';

type Run = Schemas['Run'];

const COLUMNS: TableColumn<Run>[] = [
  { key: 'status', title: 'Status', cell: (run) => <Status {...sayRun(run.status)} /> },
  {
    key: 'what',
    title: 'Assets',
    cell: (run) =>
      run.assets.length === 1 && run.assets[0] ? (
        <Identifier name={run.assets[0]} />
      ) : (
        <span title={run.assets.join('\n')}>
          {run.assets.length > 1 ? plural(run.assets.length, 'asset') : run.job}
        </span>
      ),
  },
  {
    key: 'partition',
    title: 'Partition',
    cell: (run) => (run.partition ? <Identifier name={run.partition} /> : <span className="dim">whole</span>),
  },
  { key: 'by', title: 'By', cell: (run) => run.by_name ?? run.launched_by },
  {
    key: 'took',
    title: 'Took',
    end: true,
    cell: (run) => (run.duration_s === null ? <Unknown why="it is not over" /> : duration(run.duration_s)),
  },
  {
    key: 'began',
    title: 'Began',
    end: true,
    cell: (run) => <RelativeTime time={run.started_at ?? run.created_at} />,
  },
];

/** The runs that began last. */
export function RecentRuns() {
  const runs = useQuery(recentRunsQuery);
  const navigate = useNavigate();
  return (
    <Card title="Recent runs" actions={<Link to="/runs">All runs</Link>}>
      <Loaded query={runs}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState compact title="Nothing has run yet" hint="Run an asset: phlo materialize" />
          ) : (
            <DataTable
              label="Recent runs"
              columns={COLUMNS}
              rows={items}
              rowKey={(run) => run.run_id}
              onOpen={(run) => void navigate({ to: '/runs/$run', params: { run: run.run_id } })}
              sortName="runs"
            />
          )
        }
      </Loaded>
    </Card>
  );
}

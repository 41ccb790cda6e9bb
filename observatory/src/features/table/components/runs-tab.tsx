import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Activity } from 'lucide-react';
import type { Schemas } from '../../../client/api';
import { Bars } from '../../../shared/bars';
import { DataTable, type TableColumn } from '../../../shared/data-table';
import { EmptyState } from '../../../shared/empty-state';
import { ErrorState } from '../../../shared/error-state';
import { count, dateTime, duration, shortId, words } from '../../../shared/format';
import { More } from '../../../shared/more';
import { Card } from '../../../shared/page';
import { RelativeTime } from '../../../shared/relative-time';
import { SkeletonRows } from '../../../shared/skeleton';
import { Status } from '../../../shared/status';
import { Measured, Unknown } from '../../../shared/unknown';
import { sayRun } from '../../../shared/words';
import { assetRunsQuery, materializationsQuery } from '../api/asset';
import { MaterializeButton } from './materialize';
import css from './table.module.css';

type Run = Schemas['Run'];

const COLUMNS: readonly TableColumn<Run>[] = [
  { key: 'status', title: 'Status', cell: (r) => <Status {...sayRun(r.status)} />, sort: (r) => r.status },
  { key: 'run', title: 'Run', cell: (r) => <span className="mono">{shortId(r.run_id)}</span> },
  { key: 'partition', title: 'Partition', cell: (r) => <span className="mono">{r.partition ?? ''}</span>, sort: (r) => r.partition },
  { key: 'ref', title: 'Branch', cell: (r) => (r.ref ? <span className="mono">{r.ref}</span> : <Unknown why="the run does not say where it wrote" />), sort: (r) => r.ref },
  { key: 'by', title: 'Started by', cell: (r) => r.by_name ?? words(r.launched_by), sort: (r) => r.launched_by },
  { key: 'duration', title: 'Took', end: true, cell: (r) => <Measured value={r.duration_s} why="it has not ended">{duration}</Measured>, sort: (r) => r.duration_s },
  { key: 'started', title: 'Started', end: true, cell: (r) => <RelativeTime time={r.started_at} why="it has not started" />, sort: (r) => r.started_at },
];

/** The runs that made a table, and how many rows each left. */
export function RunsTab({ asset }: { asset: string }) {
  const query = useInfiniteQuery(assetRunsQuery(asset));
  const navigate = useNavigate();
  if (query.isError && !query.data) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <SkeletonRows />;
  const runs = query.data.pages.flatMap((page) => page.items);
  if (runs.length === 0) {
    return (
      <EmptyState
        icon={Activity}
        title="No run has made this table"
        action={<MaterializeButton asset={asset} />}
      />
    );
  }
  return (
    <div className={css.stack}>
      <Rows asset={asset} />
      <Card title="Runs" sub="newest first">
        <DataTable
          label={`Runs of ${asset}`}
          columns={COLUMNS}
          rows={runs}
          rowKey={(r) => r.run_id}
          onOpen={(r) => void navigate({ to: '/runs/$run', params: { run: r.run_id }, search: {} })}
          foot={<More shown={runs.length} what="run" query={query} />}
          keys
        />
      </Card>
    </div>
  );
}

const SERIES = [{ name: 'Rows', colour: 'var(--chart-normal)' }];

function Rows({ asset }: { asset: string }) {
  const { data } = useQuery(materializationsQuery(asset));
  const measured = (data?.items ?? []).filter((each) => each.rows !== null).reverse();
  if (measured.length < 2) return null;
  return (
    <Card title="Rows it held" sub={`after each of the last ${measured.length} materializations`} padded>
      <Bars
        label={`Rows of ${asset} after each materialization`}
        series={SERIES}
        height={140}
        format={count}
        bars={measured.map((each) => ({
          label: dateTime(new Date(each.time)).slice(5),
          values: [each.rows ?? 0],
        }))}
      />
    </Card>
  );
}

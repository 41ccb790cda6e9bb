import { useInfiniteQuery } from '@tanstack/react-query';
import { History } from 'lucide-react';
import type { Schemas } from '../../../client/api';
import { DataTable, type TableColumn } from '../../../shared/data-table';
import { EmptyState } from '../../../shared/empty-state';
import { ErrorState } from '../../../shared/error-state';
import { bytes, count, shortId, words } from '../../../shared/format';
import { useLakeRef } from '../../../shared/lake-ref';
import { More } from '../../../shared/more';
import { Card } from '../../../shared/page';
import { refAt } from '../../../shared/refs';
import { RelativeTime } from '../../../shared/relative-time';
import { RowDiff } from '../../../shared/row-diff/row-diff';
import { SkeletonRows } from '../../../shared/skeleton';
import { Measured } from '../../../shared/unknown';
import { useUrlState } from '../../../shared/url-state';
import { useSnapshotCommits } from '../api/snapshot-commits';
import { snapshotsQuery } from '../api/table';
import { MaterializeButton } from './materialize';
import { SnapshotCard } from './snapshot-card';
import { SnapshotLine } from './snapshot-line';
import css from './table.module.css';

type Snapshot = Schemas['Snapshot'];

const UNSAID = 'the writer did not say';
const measured = (value: number | null, sign = '') => (
  <Measured value={value} why={UNSAID}>
    {(number) => `${number > 0 ? sign : ''}${count(number)}`}
  </Measured>
);

const COLUMNS: readonly TableColumn<Snapshot>[] = [
  { key: 'time', title: 'Written', cell: (s) => <RelativeTime time={s.time} />, sort: (s) => s.time },
  { key: 'operation', title: 'Intent', cell: (s) => words(s.intent ?? s.operation), sort: (s) => s.intent ?? s.operation },
  { key: 'id', title: 'Snapshot', cell: (s) => <span className="mono">{s.snapshot_id}</span> },
  { key: 'added', title: 'Rows added', end: true, cell: (s) => measured(s.added_rows, '+'), sort: (s) => s.added_rows },
  { key: 'deleted', title: 'Rows removed', end: true, cell: (s) => measured(s.deleted_rows, '−'), sort: (s) => s.deleted_rows },
  { key: 'rows', title: 'Rows', end: true, cell: (s) => measured(s.total_rows), sort: (s) => s.total_rows },
  { key: 'bytes', title: 'Size', end: true, cell: (s) => <Measured value={s.total_bytes} why={UNSAID}>{bytes}</Measured>, sort: (s) => s.total_bytes },
  { key: 'schema', title: 'Schema', end: true, cell: (s) => s.schema_id ?? '', sort: (s) => s.schema_id },
];

/** Every state a table was in: look at it, compare it with now, put it back. */
export function SnapshotsTab({ table }: { table: Schemas['TableDetail'] }) {
  const ref = useLakeRef();
  const query = useInfiniteQuery(snapshotsQuery(ref, table.table));
  const { commits, loading } = useSnapshotCommits(ref, table.table);
  const [chosenId, choose] = useUrlState('snapshot', '');
  const [comparing, compare] = useUrlState('compare', '');
  if (query.isError && !query.data) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <SkeletonRows />;
  const snapshots = query.data.pages.flatMap((page) => page.items);
  if (snapshots.length === 0) {
    return (
      <EmptyState
        icon={History}
        title="No snapshot yet"
        hint="The first run writes the first."
        action={<MaterializeButton asset={table.asset} />}
      />
    );
  }
  const chosen = snapshots.find((each) => each.snapshot_id === chosenId) ?? snapshots[0];
  const commit = chosen && commits.get(chosen.snapshot_id);
  const left = commits.get(comparing);
  return (
    <div className={css.stack}>
      <Card title="Time line" sub="arrows walk it" padded>
        <SnapshotLine snapshots={snapshots} chosen={chosen?.snapshot_id ?? ''} onChoose={choose} />
      </Card>
      {chosen && (
        <SnapshotCard
          table={table}
          snapshot={chosen}
          commit={commit}
          loading={loading}
          onCompare={() => compare(chosen.snapshot_id)}
        />
      )}
      {left && (
        <Card
          title="Rows that changed since"
          sub={
            <>
              <span className="mono">{shortId(left.id)}</span> against what is shown now
            </>
          }
        >
          <RowDiff table={table.table} left={refAt(ref, left.id)} right={ref} />
        </Card>
      )}
      <Card title="Snapshots">
        <DataTable
          label={`Snapshots of ${table.table}`}
          columns={COLUMNS}
          rows={snapshots}
          rowKey={(s) => s.snapshot_id}
          onOpen={(s) => choose(s.snapshot_id)}
          isActive={(s) => s.snapshot_id === chosen?.snapshot_id}
          foot={<More shown={snapshots.length} what="snapshot" query={query} />}
          keys
        />
      </Card>
    </div>
  );
}

import { Link } from '@tanstack/react-router';
import { DataTable, type TableColumn } from '../../../shared/data-table';
import { EmptyState } from '../../../shared/empty-state';
import { ErrorState } from '../../../shared/error-state';
import { plural } from '../../../shared/format';
import { Card } from '../../../shared/page';
import { SkeletonRows } from '../../../shared/skeleton';
import { Status } from '../../../shared/status';
import { Unknown } from '../../../shared/unknown';
import { sayHealth } from '../../../shared/words';
import { MOST_TABLES, useImpact, type Felt } from '../api/impact';

const COLUMNS: readonly TableColumn<Felt>[] = [
  {
    key: 'asset',
    title: 'Asset',
    cell: (f) => (
      <Link className="mono" to="/lineage" search={{ focus: f.asset }}>
        {f.asset}
      </Link>
    ),
    sort: (f) => f.asset,
  },
  { key: 'through', title: 'Through', wrap: true, cell: (f) => <span className="mono dim">{f.through.join(', ')}</span> },
  { key: 'owner', title: 'Owner', cell: (f) => f.owners.join(', ') || <Unknown why="the declaration names no owner" />, sort: (f) => f.owners[0] },
  { key: 'health', title: 'Health now', cell: (f) => <Status {...sayHealth(f.health)} />, sort: (f) => f.health },
];

/** Who feels it when a branch is merged: what is made from its tables and is not made on it. */
export function BranchImpact({ tables }: { tables: readonly string[] }) {
  const { felt, loading, error } = useImpact(tables);
  if (tables.length === 0) return null;
  return (
    <Card title="Who feels it" sub={loading || error !== null ? undefined : `${plural(felt.length, 'asset')} made from what changed and not made anew here`}>
      {loading ? (
        <SkeletonRows rows={3} />
      ) : error !== null ? (
        <ErrorState error={error} compact />
      ) : felt.length === 0 ? (
        <EmptyState title="Nobody else" hint="Nothing is made from what changed, or it is all made anew on this branch." compact />
      ) : (
        <DataTable
          label="Assets that feel the merge"
          columns={COLUMNS}
          rows={felt}
          rowKey={(f) => f.asset}
          foot={tables.length > MOST_TABLES ? `of the first ${MOST_TABLES} of ${tables.length} tables` : undefined}
        />
      )}
    </Card>
  );
}

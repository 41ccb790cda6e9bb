import { useInfiniteQuery } from '@tanstack/react-query';
import { Blocks } from 'lucide-react';
import type { Schemas } from '../../../client/api';
import { DataTable, type TableColumn } from '../../../shared/data-table';
import { EmptyState } from '../../../shared/empty-state';
import { ErrorState } from '../../../shared/error-state';
import { bytes, count } from '../../../shared/format';
import { useLakeRef } from '../../../shared/lake-ref';
import { More } from '../../../shared/more';
import { Card } from '../../../shared/page';
import { SkeletonRows } from '../../../shared/skeleton';
import { partitionsQuery } from '../api/table';

type Partition = Schemas['Partition'];

const COLUMNS: readonly TableColumn<Partition>[] = [
  { key: 'label', title: 'Partition', cell: (p) => <span className="mono">{p.label}</span>, sort: (p) => p.label },
  { key: 'rows', title: 'Rows', end: true, cell: (p) => count(p.rows), sort: (p) => p.rows },
  { key: 'files', title: 'Files', end: true, cell: (p) => count(p.files), sort: (p) => p.files },
  { key: 'bytes', title: 'Size', end: true, cell: (p) => bytes(p.bytes), sort: (p) => p.bytes },
];

/** How the rows of a table divide among its partitions. */
export function PartitionsTab({ table }: { table: Schemas['TableDetail'] }) {
  const ref = useLakeRef();
  const query = useInfiniteQuery({ ...partitionsQuery(ref, table.table), enabled: table.partition_by.length > 0 });
  if (table.partition_by.length === 0) {
    return (
      <EmptyState
        icon={Blocks}
        title="This table is not partitioned"
        hint={
          <>
            All rows lie together. A partition is declared with the asset, as <code className="mono">partition=phlo.daily(…)</code>.
          </>
        }
      />
    );
  }
  if (query.isError && !query.data) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <SkeletonRows />;
  const rows = query.data.pages.flatMap((page) => page.items);
  const by = table.partition_by.map((field) => `${field.transform} of ${field.column}`).join(', ');
  return (
    <Card title="Partitions" sub={`by ${by}`}>
      <DataTable
        label={`Partitions of ${table.table}`}
        columns={COLUMNS}
        rows={rows}
        rowKey={(p) => p.label}
        foot={<More shown={rows.length} what="partition" query={query} />}
        keys
      />
    </Card>
  );
}

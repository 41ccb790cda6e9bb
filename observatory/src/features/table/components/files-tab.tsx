import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../../client/api';
import { DataTable, type TableColumn } from '../../../shared/data-table';
import { EmptyState } from '../../../shared/empty-state';
import { ErrorState } from '../../../shared/error-state';
import { bytes, count } from '../../../shared/format';
import { Identifier } from '../../../shared/identifier';
import { KeyValue } from '../../../shared/key-value';
import { useLakeRef } from '../../../shared/lake-ref';
import { Loaded } from '../../../shared/loaded';
import { More } from '../../../shared/more';
import { Card } from '../../../shared/page';
import { SkeletonRows } from '../../../shared/skeleton';
import { Status } from '../../../shared/status';
import { Measured } from '../../../shared/unknown';
import { filesQuery, storageQuery } from '../api/table';
import { MaterializeButton } from './materialize';
import css from './table.module.css';

type File = Schemas['DataFile'];

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const partitionOf = (file: File): string =>
  Object.entries(file.partition)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(', ');

const COLUMNS: readonly TableColumn<File>[] = [
  {
    key: 'path',
    title: 'File',
    cell: (f) => (
      <Identifier name={f.path} copy>
        {nameOf(f.path)}
      </Identifier>
    ),
    sort: (f) => nameOf(f.path),
  },
  { key: 'content', title: 'Content', cell: (f) => f.content, sort: (f) => f.content },
  { key: 'partition', title: 'Partition', cell: (f) => <span className="mono">{partitionOf(f)}</span>, sort: partitionOf },
  { key: 'rows', title: 'Rows', end: true, cell: (f) => count(f.rows), sort: (f) => f.rows },
  { key: 'bytes', title: 'Size', end: true, cell: (f) => bytes(f.bytes), sort: (f) => f.bytes },
  { key: 'sequence', title: 'Sequence', end: true, cell: (f) => f.sequence_number ?? '', sort: (f) => f.sequence_number },
];

/** The data files of a table and how well they are kept. */
export function FilesTab({ table }: { table: Schemas['TableDetail'] }) {
  const ref = useLakeRef();
  const query = useInfiniteQuery(filesQuery(ref, table.table));
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className={css.two}>
      <Card title="Files" sub="of the current snapshot">
        {query.isError && !query.data ? (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} compact />
        ) : !query.data ? (
          <SkeletonRows />
        ) : rows.length === 0 ? (
          <EmptyState title="No file yet" hint="A run writes the first." action={<MaterializeButton asset={table.asset} />} compact />
        ) : (
          <DataTable
            label={`Files of ${table.table}`}
            columns={COLUMNS}
            rows={rows}
            rowKey={(f) => f.path}
            foot={<More shown={rows.length} what="file" query={query} />}
            keys
          />
        )}
      </Card>
      <Storage refName={ref} table={table.table} />
    </div>
  );
}

function Storage({ refName, table }: { refName: string; table: string }) {
  const query = useQuery(storageQuery(refName, table));
  return (
    <Card title="Storage" padded>
      <Loaded query={query} compact>
        {(storage) => (
          <div className={css.field}>
            <KeyValue
              end
              pairs={[
                ['Data files', count(storage.files)],
                ['Size', bytes(storage.bytes)],
                ['Average file', <Measured key="a" value={storage.average_file_bytes} why="there is no file">{bytes}</Measured>],
                [`Below ${bytes(storage.small_file_bytes)}`, count(storage.small_files)],
                ['Delete files', count(storage.delete_files)],
                ['Manifests', count(storage.manifests)],
                ['Snapshots kept', count(storage.snapshots)],
              ]}
            />
            {storage.advice.map((advice) => (
              <p key={advice.code}>
                <Status tone="warn" word={advice.problem} plain />
                <br />
                <span className="dim">Fix: {advice.fix}</span>
              </p>
            ))}
            {storage.advice.length === 0 && <Status tone="ok" word="Nothing to tidy" plain />}
          </div>
        )}
      </Loaded>
    </Card>
  );
}

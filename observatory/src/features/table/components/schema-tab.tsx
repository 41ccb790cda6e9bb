import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../../client/api';
import { CodeBlock } from '../../../shared/code-block';
import { DataTable, type TableColumn } from '../../../shared/data-table';
import { plural } from '../../../shared/format';
import { useLakeRef } from '../../../shared/lake-ref';
import { Loaded } from '../../../shared/loaded';
import { Card } from '../../../shared/page';
import { RelativeTime } from '../../../shared/relative-time';
import { useUrlState } from '../../../shared/url-state';
import { assetQuery } from '../api/asset';
import { schemaQuery } from '../api/table';
import css from './table.module.css';

type Column = Schemas['Column'];
type Version = Schemas['SchemaVersion'];

/** The columns of a table with what is said of them, and how they came to be. */
export function SchemaTab({ table }: { table: Schemas['TableDetail'] }) {
  const ref = useLakeRef();
  const [chosen, choose] = useUrlState('column', '');
  const docs = docsOf(useQuery(assetQuery(table.asset)).data?.metadata);
  const partitioned = new Map(table.partition_by.map((field) => [field.column, field.transform]));
  const columns: TableColumn<Column>[] = [
    { key: 'name', title: 'Column', cell: (c) => <span className="mono">{c.name}</span>, sort: (c) => c.name },
    { key: 'type', title: 'Type', cell: (c) => <span className="mono dim">{c.type}</span>, sort: (c) => c.type },
    { key: 'required', title: 'Null', cell: (c) => (c.required ? 'never' : 'allowed'), sort: (c) => c.required },
    { key: 'doc', title: 'Meaning', wrap: true, cell: (c) => c.doc || docs.get(c.name) || '' },
    { key: 'partition', title: 'Partition', cell: (c) => partitioned.get(c.name) ?? '' },
  ];
  return (
    <div className={table.kind === 'table' ? css.two : css.stack}>
      <Card title="Columns" sub={plural(table.columns.length, 'column')}>
        <DataTable
          label={`Columns of ${table.table}`}
          columns={columns}
          rows={table.columns}
          rowKey={(c) => c.name}
          onOpen={(c) => choose(c.name)}
          isActive={(c) => c.name === chosen}
          keys
        />
      </Card>
      {table.sql !== null && (
        <Card title="The query of the view" padded>
          <CodeBlock code={table.sql} label={`query of ${table.table}`} />
        </Card>
      )}
      {table.kind === 'table' && <History refName={ref} table={table.table} />}
    </div>
  );
}

function History({ refName, table }: { refName: string; table: string }) {
  const query = useQuery(schemaQuery(refName, table));
  return (
    <Card title="History" sub="what changed in the columns, newest first">
      <Loaded query={query} compact>
        {(schema) => (
          <ol className={css.changes} reversed>
            {[...schema.history].reverse().map((version) => (
              <li key={version.schema_id}>
                <div>
                  <b>Schema {version.schema_id}</b>
                  {version.schema_id === schema.current_schema_id && <span className="dim">current</span>}
                  <span className="dim">
                    <RelativeTime time={version.first_used_at} why="no snapshot was written with it" />
                  </span>
                </div>
                <Changes version={version} />
              </li>
            ))}
          </ol>
        )}
      </Loaded>
    </Card>
  );
}

function Changes({ version }: { version: Version }) {
  const all = version.added.length === version.columns.length;
  const parts = [
    ...(all ? [] : version.added.map((name) => ({ name, tone: 'added', sign: '+' }))),
    ...version.removed.map((name) => ({ name, tone: 'removed', sign: '−' })),
    ...version.changed.map((name) => ({ name, tone: 'changed', sign: '~' })),
  ];
  if (parts.length === 0) return <span className="dim">{plural(version.columns.length, 'column')}</span>;
  return (
    <div>
      {parts.map(({ name, tone, sign }) => (
        <span key={`${sign}${name}`} className={`${css.change} mono`} data-tone={tone}>
          {sign} {name}
        </span>
      ))}
    </div>
  );
}

/** Returns what the declaration says of each column. */
function docsOf(metadata: Record<string, unknown> | undefined): Map<string, string> {
  const said = metadata?.['dagster/column_schema'];
  const found = new Map<string, string>();
  if (!Array.isArray(said)) return found;
  for (const each of said as unknown[]) {
    if (typeof each !== 'object' || each === null) continue;
    const { name, doc } = each as { name?: unknown; doc?: unknown };
    if (typeof name === 'string' && typeof doc === 'string') found.set(name, doc);
  }
  return found;
}

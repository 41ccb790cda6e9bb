import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../../client/api';
import { count, decimal, duration, percent } from '../../../shared/format';
import { DataTable, type TableColumn } from '../../../shared/data-table';
import { EmptyState } from '../../../shared/empty-state';
import { useLakeRef } from '../../../shared/lake-ref';
import { Loaded } from '../../../shared/loaded';
import { Card } from '../../../shared/page';
import { Measured } from '../../../shared/unknown';
import { useUrlState } from '../../../shared/url-state';
import { typeName, valueText } from '../../../shared/value';
import { profileQuery } from '../api/table';
import { ColumnProfileCard } from './column-profile';
import { MaterializeButton } from './materialize';
import css from './table.module.css';

type Column = Schemas['ColumnProfile'];

const nullShare = (column: Column): number => (column.rows > 0 ? column.nulls / column.rows : 0);
const shown = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  return typeof value === 'number' && !Number.isInteger(value) ? decimal(value) : valueText(value);
};

const COLUMNS: readonly TableColumn<Column>[] = [
  { key: 'column', title: 'Column', cell: (c) => <span className="mono">{c.column}</span>, sort: (c) => c.column },
  { key: 'type', title: 'Type', cell: (c) => <span className="dim mono">{typeName(c.type)}</span>, sort: (c) => c.type },
  { key: 'nulls', title: 'Null', end: true, cell: (c) => (c.nulls === 0 ? 'none' : percent(nullShare(c))), sort: nullShare },
  {
    key: 'distinct',
    title: 'Distinct',
    end: true,
    cell: (c) => (
      <Measured value={c.distinct} why="not counted for this type">
        {(value) => (c.distinct_exact ? count(value) : `about ${count(value)}`)}
      </Measured>
    ),
    sort: (c) => c.distinct,
  },
  { key: 'min', title: 'Least', cell: (c) => <Value text={shown(c.min)} /> },
  { key: 'max', title: 'Greatest', cell: (c) => <Value text={shown(c.max)} /> },
];

function Value({ text }: { text: string }) {
  return (
    <span className="mono trunc" style={{ display: 'block', maxWidth: 150 }} title={text}>
      {text}
    </span>
  );
}

/** What the values of each column are like, from one scan of the table. */
export function ProfileTab({ table }: { table: Schemas['TableDetail'] }) {
  const ref = useLakeRef();
  const query = useQuery(profileQuery(ref, table.table));
  const [chosen, choose] = useUrlState('column', '');
  return (
    <Loaded query={query}>
      {(profile) => {
        if (profile.rows === 0) {
          return (
            <EmptyState
              title="There are no rows to profile"
              hint="A run of its asset fills the table."
              action={<MaterializeButton asset={table.asset} />}
            />
          );
        }
        const column = profile.columns.find((each) => each.column === chosen) ?? profile.columns[0];
        return (
          <div className={css.two}>
            <Card
              title="Columns"
              sub={`${count(profile.rows)} rows, one scan of ${duration(profile.elapsed_ms / 1000)}`}
            >
              <DataTable
                label={`Profile of ${table.table}`}
                columns={COLUMNS}
                rows={profile.columns}
                rowKey={(each) => each.column}
                onOpen={(each) => choose(each.column)}
                isActive={(each) => each.column === column?.column}
                keys
              />
            </Card>
            {column && <ColumnProfileCard column={column} />}
          </div>
        );
      }}
    </Loaded>
  );
}

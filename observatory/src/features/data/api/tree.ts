import type { Schemas } from '../../../client/api';
import { groupBy } from '../../../shared/group-by';
import { byLayer } from '../../../shared/layer';

export type Table = Schemas['TableSummary'];

/** A line of the tree of tables. */
export type TreeRow =
  | { kind: 'namespace'; id: string; level: 1; name: string; tables: number }
  | { kind: 'table'; id: string; level: 2; name: string; table: Table }
  | { kind: 'column'; id: string; level: 3; name: string; type: string }
  | { kind: 'note'; id: string; level: 3; name: string };

type Columns = ReadonlyMap<string, readonly { name: string; type: string }[]>;

/** Returns the lines that are in sight: of open namespaces, of what the filter lets through. */
export function treeRows(
  tables: readonly Table[],
  filter: string,
  open: ReadonlySet<string>,
  columns: Columns,
): TreeRow[] {
  const wanted = filter.trim().toLowerCase();
  const shown = tables.filter((table) => table.table.toLowerCase().includes(wanted));
  const groups = groupBy(shown, (table) => table.namespace);
  const rows: TreeRow[] = [];
  for (const [name, held] of [...groups].sort((a, b) => byLayer(a[0], b[0]))) {
    rows.push({ kind: 'namespace', id: name, level: 1, name, tables: held.length });
    if (!open.has(name) && wanted === '') continue;
    for (const table of held) {
      rows.push({ kind: 'table', id: table.table, level: 2, name: table.name, table });
      if (open.has(table.table)) rows.push(...columnRows(table.table, columns));
    }
  }
  return rows;
}

function columnRows(table: string, columns: Columns): TreeRow[] {
  const held = columns.get(table);
  if (!held) return [{ kind: 'note', id: `${table} loading`, level: 3, name: 'loading …' }];
  return held.map(({ name, type }) => ({ kind: 'column', id: `${table} ${name}`, level: 3, name, type }));
}

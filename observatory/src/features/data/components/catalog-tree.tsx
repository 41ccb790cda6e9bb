import { TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ExternalLink, Play, Search } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { EmptyState } from '../../../shared/empty-state';
import { useLakeRef } from '../../../shared/lake-ref';
import { Loaded } from '../../../shared/loaded';
import { useUrlState } from '../../../shared/url-state';
import { tableQuery, tablesQuery } from '../api/queries';
import { treeRows, type Table, type TreeRow } from '../api/tree';
import { Act, Node } from './tree-node';
import css from './data.module.css';

const ROW = 26;

interface Props {
  /** Puts a statement over a table into the editor and runs it. */
  onQuery: (table: string) => void;
  /** Puts a name at the cursor. */
  onInsert: (name: string) => void;
}

/** The tables of the ref by namespace, with their columns. */
export function CatalogTree(props: Props) {
  const ref = useLakeRef();
  const tables = useQuery(tablesQuery(ref));
  const [filter, setFilter] = useUrlState('tables', '');
  return (
    <>
      <div className={css.sideHead}>
        <TextInput
          aria-label="Filter tables"
          placeholder="Filter tables"
          leftSection={<Search size={13} aria-hidden />}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
      </div>
      <Loaded query={tables} compact>
        {(found) =>
          found.length === 0 ? (
            <EmptyState compact title={`No table on ${ref}`} hint="Fill one: phlo materialize" />
          ) : (
            <Tree {...props} tables={found} filter={filter} />
          )
        }
      </Loaded>
    </>
  );
}

function Tree({ tables, filter, onQuery, onInsert }: Props & { tables: Table[]; filter: string }) {
  const ref = useLakeRef();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set(tables.map((t) => t.namespace)));
  const [columns, setColumns] = useState<ReadonlyMap<string, { name: string; type: string }[]>>(new Map());
  const [at, setAt] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => setColumns(new Map()), [ref, tables]);
  const rows = useMemo(() => treeRows(tables, filter, open, columns), [tables, filter, open, columns]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 10,
    paddingStart: 6,
    paddingEnd: 6,
  });

  function toggle(row: TreeRow, to = !open.has(row.id)): void {
    if (row.kind === 'column' || row.kind === 'note') return;
    setOpen((old) => {
      const next = new Set(old);
      if (to) next.add(row.id);
      else next.delete(row.id);
      return next;
    });
    if (row.kind === 'table' && to && !columns.has(row.id)) {
      void client.fetchQuery(tableQuery(ref, row.id)).then(
        (table) => setColumns((old) => new Map(old).set(row.id, table.columns)),
        () => setColumns((old) => new Map(old).set(row.id, [])),
      );
    }
  }
  const act = (row: TreeRow) => (row.kind === 'column' ? onInsert(row.name) : toggle(row));
  function onKeyDown(event: KeyboardEvent): void {
    const row = rows[at];
    const go = (place: number) => {
      const next = Math.max(0, Math.min(rows.length - 1, place));
      setAt(next);
      virtual.scrollToIndex(next);
    };
    if (event.key === 'ArrowDown') go(at + 1);
    else if (event.key === 'ArrowUp') go(at - 1);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(rows.length - 1);
    else if (!row) return;
    else if (event.key === 'ArrowRight') toggle(row, true);
    else if (event.key === 'ArrowLeft') {
      if (open.has(row.id)) toggle(row, false);
      else go(rows.findLastIndex((each, place) => place < at && each.level < row.level));
    } else if (event.key === 'Enter' && row.kind === 'table') onQuery(row.id);
    else if (event.key === 'Enter' || event.key === ' ') act(row);
    else return;
    event.preventDefault();
  }

  if (rows.length === 0) {
    return <EmptyState compact title={`No table matches “${filter}”`} hint="Clear the filter to see all." />;
  }
  return (
    <div
      ref={box}
      className={css.tree}
      role="tree"
      aria-label="Tables"
      aria-activedescendant={`node-${at}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div style={{ height: virtual.getTotalSize() }} role="presentation">
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          return row ? (
            <div
              key={row.id}
              id={`node-${index}`}
              className={css.node}
              role="treeitem"
              aria-level={row.level}
              aria-selected={index === at}
              aria-expanded={row.kind === 'column' || row.kind === 'note' ? undefined : open.has(row.id)}
              data-level={row.level}
              data-active={index === at || undefined}
              style={{ transform: `translateY(${start}px)` }}
              onClick={() => {
                setAt(index);
                act(row);
              }}
            >
              <Node row={row} isOpen={open.has(row.id)} />
              {row.kind === 'table' && (
                <span className={css.act}>
                  <Act label={`Query ${row.id}`} icon={Play} onClick={() => onQuery(row.id)} />
                  <Act
                    label={`Open ${row.id}`}
                    icon={ExternalLink}
                    onClick={() => void navigate({ to: '/tables/$table', params: { table: row.id } })}
                  />
                </span>
              )}
            </div>
          ) : null;
        })}
      </div>
    </div>
  );
}

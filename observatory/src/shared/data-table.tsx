import { useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useShortcuts } from './shortcuts';
import { orderText, parseOrder, sorted, type SortValue } from './sorting';
import { TableHeader } from './table-header';
import { useUrlState } from './url-state';
import { useRowWindow } from './use-row-window';
import css from './data-table.module.css';

const DRAWN_MS = 60;

/** A column: what it shows of a row, and what it sorts by. */
export interface TableColumn<T> {
  key: string;
  title: ReactNode;
  cell: (row: T) => ReactNode;
  /** What it sorts by; a column without cannot be sorted. */
  sort?: (row: T) => SortValue;
  /** Whether it stands at the right end: numbers, durations, times. */
  end?: boolean;
  width?: number | string;
  /** Whether its text may take more than one line. */
  wrap?: boolean;
}

interface Props<T> {
  /** What the table lists, for a reader of the screen. */
  label: string;
  columns: readonly TableColumn<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string;
  /** Opens a row: by click, by Enter. */
  onOpen?: (row: T) => void;
  isActive?: (row: T) => boolean;
  /** The name of the sort order in the address; two tables of a page need two. */
  sortName?: string;
  /** The order before any is chosen, as `key` or `-key`; as given if empty. */
  initialSort?: string;
  /** What stands below: how many there are, a button for more. */
  foot?: ReactNode;
  /** Whether j and k move through this table; of one table on a page at most. */
  keys?: boolean;
  /** Whether it scrolls by itself, with only the rows in sight drawn: for thousands of rows. */
  scrolls?: boolean;
}

/** A list as a table: sorted by its headers, walked with j and k or the arrows, opened by Enter. */
export function DataTable<T>(props: Props<T>) {
  const { label, columns, rows, rowKey, onOpen, isActive, foot, keys = false, scrolls = false } = props;
  const [order, setOrder] = useUrlState(props.sortName ?? 'sort', props.initialSort ?? '');
  const { key, descending } = parseOrder(order);
  const body = useRef<HTMLTableSectionElement>(null);
  const [at, setAt] = useState(0);
  const shown = useMemo(() => {
    const value = columns.find((column) => column.key === key)?.sort;
    return value ? sorted(rows, value, descending) : rows;
  }, [columns, rows, key, descending]);

  const { scroller, places, above, below, scrollTo } = useRowWindow(shown.length, scrolls);
  function focus(place: number): void {
    const next = Math.max(0, Math.min(place, shown.length - 1));
    const take = (): boolean => {
      const row = body.current?.querySelector<HTMLElement>(`tr[data-place="${next}"]`);
      row?.focus({ preventScroll: scrolls });
      if (!scrolls) row?.scrollIntoView({ block: 'nearest' });
      return row !== null && row !== undefined;
    };
    setAt(next);
    scrollTo(next);
    // A row out of sight is drawn first.
    if (!take()) setTimeout(take, DRAWN_MS);
  }
  function focused(): number {
    const place = body.current?.contains(document.activeElement) && document.activeElement?.getAttribute('data-place');
    return place ? Number(place) : -1;
  }
  useShortcuts(
    keys
      ? [
          { keys: 'j', label: 'Next row', group: 'Lists', run: () => focus(focused() + 1) },
          { keys: 'k', label: 'Previous row', group: 'Lists', run: () => focus(focused() - 1) },
          { keys: 'Enter', label: 'Open the row', group: 'Lists' },
        ]
      : [],
  );
  function onKeyDown(event: KeyboardEvent, row: T, place: number): void {
    if (event.target !== event.currentTarget) return;
    const moves: Record<string, number> = {
      ArrowDown: place + 1,
      ArrowUp: place - 1,
      Home: 0,
      End: shown.length - 1,
    };
    const next = moves[event.key];
    if (next !== undefined) {
      event.preventDefault();
      focus(next);
    } else if (event.key === 'Enter' && onOpen) {
      event.preventDefault();
      onOpen(row);
    }
  }

  const listed = places.flatMap((place) => {
    const row = shown[place];
    return row === undefined ? [] : [{ row, place }];
  });
  return (
    <>
      <div className={css.wrap} ref={scroller} data-scrolls={scrolls || undefined}>
        <table className={css.table} aria-label={label} aria-rowcount={scrolls ? shown.length + 1 : undefined}>
          <thead>
            <tr>
              {columns.map((column) => (
                <TableHeader
                  key={column.key}
                  column={column}
                  order={key === column.key ? (descending ? 'descending' : 'ascending') : 'none'}
                  onSort={() =>
                    setOrder(
                      orderText({ key: column.key, descending: key === column.key && !descending }),
                    )
                  }
                />
              ))}
            </tr>
          </thead>
          <tbody ref={body}>
            {above > 0 && <tr aria-hidden className={css.room} style={{ height: above }} />}
            {listed.map(({ row, place }) => (
              <tr
                key={rowKey(row)}
                data-place={place}
                aria-rowindex={scrolls ? place + 2 : undefined}
                tabIndex={onOpen || keys ? (place === Math.min(at, shown.length - 1) ? 0 : -1) : undefined}
                data-opens={onOpen ? true : undefined}
                data-active={isActive?.(row) || undefined}
                onClick={(event) => {
                  if (onOpen && !(event.target as HTMLElement).closest('a,button,input')) onOpen(row);
                }}
                onFocus={() => setAt(place)}
                onKeyDown={(event) => onKeyDown(event, row, place)}
              >
                {columns.map((column) => (
                  <td key={column.key} data-end={column.end || undefined} data-wrap={column.wrap || undefined}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            ))}
            {below > 0 && <tr aria-hidden className={css.room} style={{ height: below }} />}
          </tbody>
        </table>
      </div>
      {foot !== undefined && <div className={css.foot}>{foot}</div>}
    </>
  );
}

import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { isNumeric, typeName, valueText } from '../value';
import { columnWidths, move, type Cell } from './layout';
import type { GridColumn, GridSource } from './source';
import css from './data-grid.module.css';

const ROW = 26;
const HEAD = 30;

interface Props {
  source: GridSource;
  label: string;
  /** What a header shows instead of its name and type, such as a button with the profile. */
  header?: (column: GridColumn, place: number) => ReactNode;
  /** Marks a cell in a comparison. */
  tone?: (row: number, column: number) => 'added' | 'removed' | 'changed' | undefined;
}

/**
 * Any number of rows and columns, of which only those in sight are on the page.
 *
 * The arrows move a cell, Home and End within the row, Ctrl Home and End over all, Page Up and
 * Down by a screen; Ctrl C copies the value of the cell, whole.
 */
export function DataGrid({ source, label, header, tone }: Props) {
  const ref = useRef<HTMLDivElement>(null);
  const [cell, setCell] = useState<Cell | null>(null);
  const { columns, rows } = source;
  const shape = columns.map((c) => `${c.name}\t${c.type}`).join('\n');
  const hasRows = rows > 0;
  // Widths come from the first rows; they stay while more rows arrive.
  const widths = useMemo(() => columnWidths(source), [shape, hasRows]);
  const down = useVirtualizer({
    count: rows,
    getScrollElement: () => ref.current,
    estimateSize: () => ROW,
    overscan: 12,
    paddingStart: HEAD,
    scrollPaddingStart: HEAD,
  });
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => ref.current,
    estimateSize: (at) => widths[at] ?? 120,
    overscan: 2,
  });
  useEffect(() => across.measure(), [across, widths]);
  const shown = across.getVirtualItems();
  const width = across.getTotalSize();

  function onKeyDown(event: KeyboardEvent): void {
    const mod = event.ctrlKey || event.metaKey;
    if (mod && event.key.toLowerCase() === 'c' && cell && !String(window.getSelection())) {
      event.preventDefault();
      void navigator.clipboard.writeText(valueText(source.value(cell.row, cell.column)));
      return;
    }
    const screen = Math.floor((ref.current?.clientHeight ?? 300) / ROW) - 2;
    const next = move(cell, event.key, mod, { rows, columns: columns.length, screen });
    if (!next) return;
    event.preventDefault();
    setCell(next);
    down.scrollToIndex(next.row);
    across.scrollToIndex(next.column);
  }

  const cellId = (at: Cell) => `${label}-${at.row}-${at.column}`.replaceAll(/\W/g, '-');
  return (
    <div
      ref={ref}
      className={css.grid}
      role="grid"
      aria-label={label}
      aria-rowcount={rows + 1}
      aria-colcount={columns.length}
      aria-activedescendant={cell ? cellId(cell) : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div className={css.canvas} style={{ height: down.getTotalSize(), width }}>
        <div className={css.head} role="row" aria-rowindex={1}>
          {shown.map(({ key, index, start, size }) => {
            const column = columns[index];
            return column ? (
              <div
                key={key}
                role="columnheader"
                aria-colindex={index + 1}
                data-end={isNumeric(column.kind) || undefined}
                style={{ left: start, width: size }}
              >
                {header?.(column, index) ?? <HeaderText column={column} />}
              </div>
            ) : null;
          })}
        </div>
        {down.getVirtualItems().map((row) => (
          <div
            key={row.key}
            className={css.row}
            role="row"
            aria-rowindex={row.index + 2}
            style={{ transform: `translateY(${row.start}px)`, width }}
          >
            {shown.map(({ key, index, start, size }) => {
              const value = source.value(row.index, index);
              const isNull = value === null || value === undefined;
              const here = cell?.row === row.index && cell.column === index;
              return (
                <div
                  key={key}
                  id={here ? cellId(cell) : undefined}
                  role="gridcell"
                  aria-colindex={index + 1}
                  aria-selected={here || undefined}
                  data-cell={here || undefined}
                  data-null={isNull || undefined}
                  data-end={isNumeric(columns[index]?.kind ?? 'text') || undefined}
                  data-tone={tone?.(row.index, index)}
                  style={{ left: start, width: size }}
                  onClick={() => setCell({ row: row.index, column: index })}
                >
                  {valueText(value)}
                </div>
              );
            })}
          </div>
        ))}
      </div>
    </div>
  );
}

/** The name of a column with its type. */
export function HeaderText({ column }: { column: GridColumn }) {
  return (
    <>
      <span className="trunc" title={`${column.name}: ${column.type}`}>
        {column.name}
      </span>
      <small>{typeName(column.type)}</small>
    </>
  );
}

import { ArrowDown, ArrowUp } from 'lucide-react';
import type { TableColumn } from './data-table';
import css from './data-table.module.css';

interface Props<T> {
  column: TableColumn<T>;
  order: 'ascending' | 'descending' | 'none';
  onSort: () => void;
}

/** The head of a column, which sorts by it. */
export function TableHeader<T>({ column, order, onSort }: Props<T>) {
  const Icon = order === 'descending' ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      data-end={column.end || undefined}
      aria-sort={column.sort ? order : undefined}
      style={column.width === undefined ? undefined : { width: column.width }}
    >
      {column.sort ? (
        <button type="button" className={css.sort} onClick={onSort}>
          {column.title}
          <Icon size={11} aria-hidden />
        </button>
      ) : (
        column.title
      )}
    </th>
  );
}

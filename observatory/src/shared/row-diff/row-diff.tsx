import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, read } from '../../client/api';
import { EmptyState } from '../empty-state';
import { ErrorState } from '../error-state';
import { count, plural } from '../format';
import { DataGrid } from '../grid/data-grid';
import { More } from '../more';
import { SkeletonRows } from '../skeleton';
import { diffLines } from './rows';
import css from './row-diff.module.css';

interface Props {
  table: string;
  /** The earlier ref. */
  left: string;
  /** The later ref. */
  right: string;
}

const PAGE = 200;

/** The rows of a table that two refs do not share, by key, with the cells that changed marked. */
export function RowDiff({ table, left, right }: Props) {
  const query = useInfiniteQuery({
    queryKey: ['lake', 'row-diff', table, left, right],
    queryFn: ({ signal, pageParam }) =>
      read(
        api.GET('/api/diff/rows/{table}', {
          params: { path: { table }, query: { left, right, limit: PAGE, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    staleTime: 60_000,
  });
  const first = query.data?.pages[0];
  const lines = useMemo(
    () => (first ? diffLines(first.columns, query.data?.pages.flatMap((page) => page.items) ?? []) : null),
    [first, query.data],
  );
  if (query.isError && !first) return <ErrorState error={query.error} onRetry={() => void query.refetch()} compact />;
  if (!first || !lines) return <SkeletonRows rows={5} />;
  if (first.added + first.removed + first.changed === 0) {
    return (
      <EmptyState
        title="Every row is the same"
        hint={`Compared by ${keyText(first.key)}; ${plural(first.files_read, 'file')} read.`}
        compact
      />
    );
  }
  const items = query.data?.pages.reduce((total, page) => total + page.items.length, 0) ?? 0;
  return (
    <div className={css.diff}>
      <p className={css.sum}>
        <b data-tone="added">{count(first.added)} added</b>
        <b data-tone="removed">{count(first.removed)} removed</b>
        <b data-tone="changed">{count(first.changed)} changed</b>
        <span className="dim">
          by {keyText(first.key)}, {plural(first.files_read, 'file')} read
        </span>
      </p>
      <div className={css.grid}>
        <DataGrid source={lines.source} tone={lines.tone} label={`Rows of ${table} that differ`} />
      </div>
      <div className={css.foot}>
        <More shown={items} what="change" query={query} />
      </div>
    </div>
  );
}

const keyText = (key: readonly string[]): string => (key.length > 0 ? key.join(', ') : 'the whole row');

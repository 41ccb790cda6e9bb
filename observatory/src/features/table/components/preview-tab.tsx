import { useInfiniteQuery } from '@tanstack/react-query';
import { Rows3 } from 'lucide-react';
import { useMemo } from 'react';
import type { Schemas } from '../../../client/api';
import { EmptyState } from '../../../shared/empty-state';
import { ErrorState } from '../../../shared/error-state';
import { DataGrid, HeaderText } from '../../../shared/grid/data-grid';
import { rowSource } from '../../../shared/grid/row-source';
import { useLakeRef } from '../../../shared/lake-ref';
import { More } from '../../../shared/more';
import { Card } from '../../../shared/page';
import { SkeletonRows } from '../../../shared/skeleton';
import { useSetSearch } from '../../../shared/url-state';
import { previewQuery } from '../api/table';
import { MaterializeButton } from './materialize';
import css from './table.module.css';

/** The rows of a table; a column's head leads to its profile. */
export function PreviewTab({ table }: { table: Schemas['TableDetail'] }) {
  const ref = useLakeRef();
  const setSearch = useSetSearch();
  const query = useInfiniteQuery(previewQuery(ref, table.table));
  const source = useMemo(() => {
    const pages = query.data?.pages ?? [];
    return rowSource(pages[0]?.columns ?? [], pages.flatMap((page) => page.rows));
  }, [query.data]);
  if (query.isError && !query.data) {
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  }
  if (!query.data) return <SkeletonRows rows={14} />;
  if (source.rows === 0) {
    return (
      <EmptyState
        icon={Rows3}
        title={`${table.table} has no rows`}
        hint="A run of its asset fills it."
        action={<MaterializeButton asset={table.asset} />}
      />
    );
  }
  const total = query.data.pages[0]?.total_rows ?? null;
  return (
    <Card>
      <div className={css.tall}>
        <DataGrid
          source={source}
          label={`Rows of ${table.table}`}
          header={(column) => (
            <button
              type="button"
              className={css.headButton}
              title={`Profile of ${column.name}`}
              onClick={() => setSearch({ tab: 'profile', column: column.name }, { push: true })}
            >
              <HeaderText column={column} />
            </button>
          )}
        />
      </div>
      <div className={css.foot}>
        <More shown={source.rows} what="row" total={total} query={query} />
      </div>
    </Card>
  );
}

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, read, type Schemas } from '../../../client/api';

const PAGE = 500;
const HISTORY = 50;

async function allTables(ref: string, signal: AbortSignal): Promise<Schemas['TableSummary'][]> {
  const found: Schemas['TableSummary'][] = [];
  let cursor: string | undefined;
  do {
    const query = { ref, limit: PAGE, ...(cursor ? { cursor } : {}) };
    const page = await read(api.GET('/api/iceberg/tables', { params: { query }, signal }));
    found.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return found;
}

/** Every table and view of a ref. */
export const tablesQuery = (ref: string) =>
  queryOptions({
    queryKey: ['lake', ref, 'all tables'],
    queryFn: ({ signal }) => allTables(ref, signal),
  });

/** A table of a ref with its columns. */
export const tableQuery = (ref: string, table: string) =>
  queryOptions({
    queryKey: ['lake', ref, 'table', table],
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/iceberg/tables/{table}', {
          params: { path: { table }, query: { ref } },
          signal,
        }),
      ),
    staleTime: 60_000,
  });

/** The engine that runs statements, and its bounds. */
export const connectionQuery = queryOptions({
  queryKey: ['connection'],
  queryFn: ({ signal }) => read(api.GET('/api/trino/connection', { signal })),
  staleTime: Infinity,
});

/** The statements that ran, the newest first. */
export const historyQuery = infiniteQueryOptions({
  queryKey: ['queries'],
  queryFn: ({ signal, pageParam }) =>
    read(
      api.GET('/api/trino/queries', {
        params: { query: { limit: HISTORY, ...(pageParam ? { cursor: pageParam } : {}) } },
        signal,
      }),
    ),
  initialPageParam: '',
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

/** The statements that are saved in the lake. */
export const savedQuery = queryOptions({
  queryKey: ['saved'],
  queryFn: ({ signal }) => read(api.GET('/api/trino/saved', { signal })),
});

/** How a statement would be run, and what it would read. */
export const planQuery = (ref: string, sql: string) =>
  queryOptions({
    queryKey: ['lake', ref, 'plan', sql],
    queryFn: ({ signal }) =>
      read(api.POST('/api/trino/query/plan', { params: { query: { ref } }, body: { sql, ref }, signal })),
  });

import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, read, type Schemas } from '../../../client/api';

const PREVIEW_ROWS = 200;
const PAGE = 200;

const path = (table: string) => ({ path: { table } });
const next = (last: { next_cursor?: string | null }) => last.next_cursor ?? undefined;
const paged = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: next,
};

/** What a table is: size, columns, partitioning, place. */
export const tableQuery = (ref: string, table: string) =>
  queryOptions({
    queryKey: ['lake', ref, 'table', table],
    queryFn: ({ signal }) =>
      read(api.GET('/api/iceberg/tables/{table}', { params: { ...path(table), query: { ref } }, signal })),
  });

/** Rows of a table, a page at a time. */
export const previewQuery = (ref: string, table: string) =>
  infiniteQueryOptions({
    ...paged,
    queryKey: ['lake', ref, 'preview', table],
    queryFn: ({ signal, pageParam }) =>
      read(
        api.GET('/api/trino/preview/{table}', {
          params: { ...path(table), query: { ref, limit: PREVIEW_ROWS, cursor: pageParam } },
          signal,
        }),
      ),
  });

/** Nulls, distinct values, quantiles and the most frequent values of every column, in one scan. */
export const profileQuery = (ref: string, table: string) =>
  queryOptions({
    queryKey: ['lake', ref, 'profile', table],
    queryFn: ({ signal }) =>
      read(api.GET('/api/trino/profile/{table}', { params: { ...path(table), query: { ref } }, signal })),
    staleTime: 60_000,
  });

export const schemaQuery = (ref: string, table: string) =>
  queryOptions({
    queryKey: ['lake', ref, 'schema', table],
    queryFn: ({ signal }) =>
      read(api.GET('/api/iceberg/tables/{table}/schema', { params: { ...path(table), query: { ref } }, signal })),
  });

export const snapshotsQuery = (ref: string, table: string) =>
  infiniteQueryOptions({
    ...paged,
    queryKey: ['lake', ref, 'snapshots', table],
    queryFn: ({ signal, pageParam }) =>
      read(
        api.GET('/api/iceberg/tables/{table}/snapshots', {
          params: { ...path(table), query: { ref, limit: 50, cursor: pageParam } },
          signal,
        }),
      ),
  });

/** The commits of a ref that changed a table. */
export const historyQuery = (ref: string, table: string) =>
  queryOptions({
    queryKey: ['lake', ref, 'history', table],
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/iceberg/tables/{table}/history', {
          params: { ...path(table), query: { ref, limit: 50 } },
          signal,
        }),
      ),
  });

/** One commit with what it changed; it never changes itself. */
export const commitQuery = (commit: string) =>
  queryOptions({
    queryKey: ['commit', commit],
    queryFn: ({ signal }) =>
      read(api.GET('/api/nessie/commits/{commit}', { params: { path: { commit } }, signal })),
    staleTime: Infinity,
  });

export const partitionsQuery = (ref: string, table: string) =>
  infiniteQueryOptions({
    ...paged,
    queryKey: ['lake', ref, 'partitions', table],
    queryFn: ({ signal, pageParam }) =>
      read(
        api.GET('/api/iceberg/tables/{table}/partitions', {
          params: { ...path(table), query: { ref, limit: PAGE, cursor: pageParam } },
          signal,
        }),
      ),
  });

export const filesQuery = (ref: string, table: string) =>
  infiniteQueryOptions({
    ...paged,
    queryKey: ['lake', ref, 'files', table],
    queryFn: ({ signal, pageParam }) =>
      read(
        api.GET('/api/iceberg/tables/{table}/files', {
          params: { ...path(table), query: { ref, limit: PAGE, cursor: pageParam } },
          signal,
        }),
      ),
  });

export const storageQuery = (ref: string, table: string) =>
  queryOptions({
    queryKey: ['lake', ref, 'storage', table],
    queryFn: ({ signal }) =>
      read(api.GET('/api/iceberg/tables/{table}/health', { params: { ...path(table), query: { ref } }, signal })),
  });

/** Puts the state of a commit back on a branch, as a new commit. */
export const rollBack = (table: string, branch: string, body: Schemas['Rollback']) =>
  read(
    api.POST('/api/iceberg/tables/{table}/rollback', {
      params: { ...path(table), query: { ref: branch } },
      body,
    }),
  );

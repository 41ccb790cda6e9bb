import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../../../client/api';

const RECENT_RUNS = 8;
const POLL_MS = 30_000;

/** Health, attention, activity and freshness of every asset, as Dagster's instance has them. */
export const homeQuery = queryOptions({
  queryKey: ['runs', 'home'],
  queryFn: ({ signal }) => read(api.GET('/api/dagster/home', { signal })),
  refetchInterval: POLL_MS,
});

/** The runs that began last. */
export const recentRunsQuery = queryOptions({
  queryKey: ['runs', 'recent', RECENT_RUNS],
  queryFn: ({ signal }) =>
    read(api.GET('/api/dagster/runs', { params: { query: { limit: RECENT_RUNS } }, signal })),
});

/** Tables, rows and bytes of each namespace on a ref. */
export const namespacesQuery = (ref: string) =>
  queryOptions({
    queryKey: ['lake', ref, 'namespaces'],
    queryFn: ({ signal }) =>
      read(api.GET('/api/iceberg/namespaces', { params: { query: { ref } }, signal })),
  });

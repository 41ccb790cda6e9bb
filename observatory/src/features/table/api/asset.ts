import { infiniteQueryOptions, queryOptions, skipToken } from '@tanstack/react-query';
import { api, read, type Schemas } from '../../../client/api';

/** What Dagster knows of the asset that writes a table; asks nothing if none does. */
export const assetQuery = (asset: string | null) =>
  queryOptions({
    queryKey: ['runs', 'asset', asset],
    queryFn:
      asset === null
        ? skipToken
        : ({ signal }) => read(api.GET('/api/dagster/assets/{asset}', { params: { path: { asset } }, signal })),
  });

export const checksQuery = (asset: string) =>
  queryOptions({
    queryKey: ['runs', 'checks', asset],
    queryFn: ({ signal }) =>
      read(api.GET('/api/quality/checks', { params: { query: { asset, limit: 500 } }, signal })),
  });

export const neighboursQuery = (asset: string) =>
  queryOptions({
    queryKey: ['runs', 'neighbours', asset],
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/graph/neighbours/{asset}', { params: { path: { asset }, query: { depth: 1 } }, signal }),
      ),
  });

export const assetRunsQuery = (asset: string) =>
  infiniteQueryOptions({
    queryKey: ['runs', 'of', asset],
    queryFn: ({ signal, pageParam }) =>
      read(api.GET('/api/dagster/runs', { params: { query: { asset, limit: 50, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });

export const materializationsQuery = (asset: string) =>
  queryOptions({
    queryKey: ['runs', 'history', asset],
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/dagster/assets/{asset}/history', { params: { path: { asset }, query: { limit: 60 } }, signal }),
      ),
  });

/** Starts a run of one asset. */
export const materialize = (body: Schemas['LaunchRequest']) => read(api.POST('/api/dagster/runs', { body }));

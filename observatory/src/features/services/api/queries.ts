import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../../../client/api';

const POLL_MS = 10_000;

export const servicesQuery = queryOptions({
  queryKey: ['services'],
  queryFn: ({ signal }) => read(api.GET('/api/services', { signal })),
  refetchInterval: POLL_MS,
});

export const dagsterQuery = queryOptions({
  queryKey: ['runs', 'dagster health'],
  queryFn: ({ signal }) => read(api.GET('/api/dagster/health', { signal })),
  refetchInterval: POLL_MS,
});

export const pluginsQuery = queryOptions({
  queryKey: ['plugins'],
  queryFn: ({ signal }) => read(api.GET('/api/plugins', { signal })),
});

export const cachesQuery = queryOptions({
  queryKey: ['caches'],
  queryFn: ({ signal }) => read(api.GET('/api/cache', { signal })),
  refetchInterval: POLL_MS,
});

export const clearCaches = () => read(api.DELETE('/api/cache'));

import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../../../client/api';

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => read(api.GET('/api/settings', { signal })),
});

export const whoQuery = queryOptions({
  queryKey: ['auth'],
  queryFn: ({ signal }) => read(api.GET('/api/auth', { signal })),
});

export const signOut = () => read(api.DELETE('/api/auth'));

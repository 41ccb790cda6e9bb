import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../client/api';

const MOST_REFS = 500;

/** Branches and tags, all that a person chooses from. */
export const refsQuery = queryOptions({
  queryKey: ['lake', 'refs'],
  queryFn: ({ signal }) =>
    read(api.GET('/api/nessie/refs', { params: { query: { limit: MOST_REFS } }, signal })),
});

import { infiniteQueryOptions, queryOptions, type QueryClient } from '@tanstack/react-query';
import { api, read, type Schemas } from '../../../client/api';

const COMMITS = 100;

/** The commits of some refs, or of all, with the lane of each. */
export const commitGraphQuery = (names: readonly string[]) =>
  infiniteQueryOptions({
    queryKey: ['lake', 'graph', ...names],
    queryFn: ({ signal, pageParam }) =>
      read(
        api.GET('/api/nessie/graph', {
          params: { query: { name: names.length > 0 ? [...names] : undefined, limit: COMMITS, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });

/** One commit with what it changed; it never changes itself. */
export const commitQuery = (commit: string) =>
  queryOptions({
    queryKey: ['commit', commit],
    queryFn: ({ signal }) =>
      read(api.GET('/api/nessie/commits/{commit}', { params: { path: { commit } }, signal })),
    staleTime: Infinity,
  });

/** How a branch stands to another. */
export const compareQuery = (source: string, into: string) =>
  queryOptions({
    queryKey: ['lake', 'compare', source, into],
    queryFn: ({ signal }) =>
      read(api.GET('/api/nessie/compare', { params: { query: { source, into } }, signal })),
  });

/** The tables that two refs do not share, from metadata alone. */
export const diffQuery = (left: string, right: string) =>
  queryOptions({
    queryKey: ['lake', 'diff', left, right],
    queryFn: ({ signal }) => read(api.GET('/api/diff', { params: { query: { left, right } }, signal })),
  });

/** What a merge would do, without doing it. */
export const previewQuery = (source: string, into: string) =>
  queryOptions({
    queryKey: ['lake', 'merge', source, into],
    queryFn: ({ signal }) =>
      read(api.GET('/api/nessie/merge', { params: { query: { source, into } }, signal })),
  });

/** Everything that would feel a change of an asset. */
export const impactQuery = (asset: string) =>
  queryOptions({
    queryKey: ['runs', 'impact', asset],
    queryFn: ({ signal }) =>
      read(api.GET('/api/graph/impact/{asset}', { params: { path: { asset } }, signal })),
  });

/** Asks again for all of the lake, save for what names a ref that is gone. */
export const refreshLake = (client: QueryClient, gone = '') =>
  client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'lake' && (gone === '' || !queryKey.includes(gone)) });

export const createBranch = (body: Schemas['NewRef']) => read(api.POST('/api/nessie/refs', { body }));
export const createTag = (body: Schemas['NewRef']) => read(api.POST('/api/nessie/tags', { body }));
export const mergeBranch = (body: Schemas['MergeRequest']) => read(api.POST('/api/nessie/merge', { body }));
export const revertCommit = (body: Schemas['RevertRequest']) => read(api.POST('/api/nessie/revert', { body }));

/** Deletes a ref, if it is still the one that was looked at. */
export const deleteRef = ({ name, incarnation }: Schemas['Ref']) =>
  read(
    api.DELETE('/api/nessie/refs/{name}', { params: { path: { name }, query: { incarnation } } }),
  );

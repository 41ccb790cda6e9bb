import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, read } from '../../../client/api';

const POLL_MS = 2000;

export const runQuery = (run: string) =>
  queryOptions({
    queryKey: ['runs', run, 'detail'],
    queryFn: ({ signal }) =>
      read(api.GET('/api/dagster/runs/{run_id}', { params: { path: { run_id: run } }, signal })),
    refetchInterval: ({ state }) => (state.data && !state.data.finished ? POLL_MS : false),
  });

/** The steps over time; asked again while the run goes on. */
export const stepsQuery = (run: string, finished: boolean) =>
  queryOptions({
    queryKey: ['runs', run, 'steps', finished],
    queryFn: ({ signal }) =>
      read(api.GET('/api/dagster/runs/{run_id}/steps', { params: { path: { run_id: run } }, signal })),
    refetchInterval: finished ? false : POLL_MS,
    placeholderData: (before) => before,
  });

export type Stream = 'stdout' | 'stderr';

/** What a run or a step of it wrote, from its start; the page after the last is what was written since. */
export const outputQuery = (run: string, stream: Stream, step: string) =>
  infiniteQueryOptions({
    queryKey: ['output', run, stream, step],
    queryFn: ({ signal, pageParam }) =>
      read(
        api.GET('/api/dagster/runs/{run_id}/output', {
          params: {
            path: { run_id: run },
            query: { stream, step: step || undefined, cursor: pageParam || undefined },
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });

export const cancelRun = (run: string) =>
  read(api.POST('/api/dagster/runs/{run_id}/cancel', { params: { path: { run_id: run } } }));

/** Runs all of a finished run again, or what failed and what follows it. */
export const runAgain = (run: string, strategy: 'all' | 'failed') =>
  read(
    api.POST('/api/dagster/runs/{run_id}/reexecute', {
      params: { path: { run_id: run } },
      body: { strategy },
    }),
  );

import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, read, type Schemas } from '../../../client/api';

export type RunStatus = Schemas['Run']['status'];

/** Which runs are listed. */
export interface RunFilter {
  statuses: RunStatus[];
  asset: string;
  branch: string;
  tag: string;
}

const RUNS_A_PAGE = 50;
const TICKS_A_PAGE = 25;
const KEYS_A_PAGE = 1000;
const POLL_MS = 30_000;
const BACKFILLS_POLL_MS = 5000;

export const runsQuery = ({ statuses, asset, branch, tag }: RunFilter) =>
  infiniteQueryOptions({
    queryKey: ['runs', 'list', statuses, asset, branch, tag],
    queryFn: ({ signal, pageParam }) =>
      read(
        api.GET('/api/dagster/runs', {
          params: {
            query: {
              status: statuses.length > 0 ? statuses : undefined,
              asset: asset || undefined,
              ref: branch || undefined,
              tag: tag ? [tag] : undefined,
              cursor: pageParam || undefined,
              limit: RUNS_A_PAGE,
            },
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor,
    placeholderData: keepPreviousData,
  });

export type Kind = Schemas['Instigator']['kind'];

/** Schedules and sensors together: what starts runs by itself. */
export const automationQuery = queryOptions({
  queryKey: ['runs', 'automation'],
  queryFn: async ({ signal }) => {
    const [schedules, sensors] = await Promise.all([
      read(api.GET('/api/dagster/schedules', { signal })),
      read(api.GET('/api/dagster/sensors', { signal })),
    ]);
    return [...schedules.items, ...sensors.items];
  },
  refetchInterval: POLL_MS,
});

export const ticksQuery = (kind: Kind, name: string) =>
  infiniteQueryOptions({
    queryKey: ['runs', 'ticks', kind, name],
    queryFn: ({ signal, pageParam }) => {
      const params = { path: { name }, query: { cursor: pageParam || undefined, limit: TICKS_A_PAGE } };
      return read(
        kind === 'schedule'
          ? api.GET('/api/dagster/schedules/{name}/ticks', { params, signal })
          : api.GET('/api/dagster/sensors/{name}/ticks', { params, signal }),
      );
    },
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor,
    refetchInterval: POLL_MS,
  });

/** Turns a schedule or sensor on or off. */
export function turn(kind: Kind, name: string, running: boolean) {
  const asked = { params: { path: { name } }, body: { running } };
  return read(
    kind === 'schedule'
      ? api.PUT('/api/dagster/schedules/{name}', asked)
      : api.PUT('/api/dagster/sensors/{name}', asked),
  );
}

export const backfillsQuery = infiniteQueryOptions({
  queryKey: ['runs', 'backfills'],
  queryFn: ({ signal, pageParam }) =>
    read(
      api.GET('/api/dagster/backfills', {
        params: { query: { cursor: pageParam || undefined, limit: TICKS_A_PAGE } },
        signal,
      }),
    ),
  initialPageParam: '',
  getNextPageParam: ({ next_cursor }) => next_cursor,
  refetchInterval: BACKFILLS_POLL_MS,
});

export const backfillQuery = (id: string) =>
  queryOptions({
    queryKey: ['runs', 'backfill', id],
    queryFn: ({ signal }) =>
      read(api.GET('/api/dagster/backfills/{backfill_id}', { params: { path: { backfill_id: id } }, signal })),
    refetchInterval: BACKFILLS_POLL_MS,
  });

export const gridQuery = (asset: string) =>
  infiniteQueryOptions({
    queryKey: ['runs', 'partitions', asset],
    queryFn: ({ signal, pageParam }) =>
      read(
        api.GET('/api/dagster/assets/{asset}/partitions', {
          params: { path: { asset }, query: { cursor: pageParam || undefined, limit: KEYS_A_PAGE } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });

export const cancelBackfill = (id: string) =>
  read(api.POST('/api/dagster/backfills/{backfill_id}/cancel', { params: { path: { backfill_id: id } } }));

/** Materializes partitions of an asset; on main it publishes, on a branch it writes there. */
export const launchBackfill = (asset: string, partitions: string[], ref: string) =>
  read(
    api.POST('/api/dagster/backfills', {
      body: { assets: [asset], partitions, ref: ref === 'main' ? null : ref },
    }),
  );

/** Materializes assets; on main it publishes, on a branch it writes there. */
export const launchRun = (assets: string[], partition: string, ref: string) =>
  read(
    api.POST('/api/dagster/runs', {
      body: { assets, partition: partition || null, ref: ref === 'main' ? null : ref },
    }),
  );

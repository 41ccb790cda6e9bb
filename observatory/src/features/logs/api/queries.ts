import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, read } from '../../../client/api';
import type { Level } from '../../../shared/log/lines';

/** Which lines are asked for. Empty is any. */
export interface LogFilter {
  run: string;
  asset: string;
  level: Level | '';
  q: string;
  /** From when to when, as moments in ISO 8601. */
  start: string;
  end: string;
}

const LINES_A_PAGE = 500;

/** Lines that match: the newest run first, each run in its order. */
export const logsQuery = (filter: LogFilter) =>
  infiniteQueryOptions({
    queryKey: ['logs', filter],
    queryFn: ({ signal, pageParam }) =>
      read(
        api.GET('/api/loki/query', {
          params: {
            query: {
              run: filter.run || undefined,
              asset: filter.asset || undefined,
              level: filter.level || undefined,
              q: filter.q || undefined,
              start: filter.start || undefined,
              end: filter.end || undefined,
              cursor: pageParam || undefined,
              limit: LINES_A_PAGE,
            },
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });

/** What lines can be asked by, with the values there are. */
export const labelsQuery = queryOptions({
  queryKey: ['runs', 'log labels'],
  queryFn: ({ signal }) => read(api.GET('/api/loki/labels', { signal })),
});

/** The address of the lines that match, as they are written. */
export function tailPath({ run, asset, level, q }: Pick<LogFilter, 'run' | 'asset' | 'level' | 'q'>): string {
  const wanted = new URLSearchParams();
  for (const [name, value] of Object.entries({ run, asset, level, q })) if (value) wanted.set(name, value);
  const text = wanted.toString();
  return text ? `/api/loki/tail?${text}` : '/api/loki/tail';
}

import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, read, type Schemas } from '../../../client/api';

export type CheckStatus = Schemas['CheckSummary']['status'];

const CHECKS_A_PAGE = 200;
const HISTORY_A_PAGE = 100;
const MOST_ROWS = 500;

export const overviewQuery = (days: number) =>
  queryOptions({
    queryKey: ['runs', 'quality', days],
    queryFn: ({ signal }) => read(api.GET('/api/quality/overview', { params: { query: { days } }, signal })),
    placeholderData: keepPreviousData,
  });

/** Checks, those that fail first. */
export const checksQuery = (asset: string, status: CheckStatus | '') =>
  infiniteQueryOptions({
    queryKey: ['runs', 'checks', asset, status],
    queryFn: ({ signal, pageParam }) =>
      read(
        api.GET('/api/quality/checks', {
          params: {
            query: {
              asset: asset || undefined,
              status: status || undefined,
              cursor: pageParam || undefined,
              limit: CHECKS_A_PAGE,
            },
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor,
    placeholderData: keepPreviousData,
  });

export const checkQuery = (asset: string, check: string) =>
  queryOptions({
    queryKey: ['runs', 'check', asset, check],
    queryFn: ({ signal }) =>
      read(api.GET('/api/quality/checks/{asset}/{check}', { params: { path: { asset, check } }, signal })),
  });

export const historyQuery = (asset: string, check: string) =>
  infiniteQueryOptions({
    queryKey: ['runs', 'check', asset, check, 'history'],
    queryFn: ({ signal, pageParam }) =>
      read(
        api.GET('/api/quality/checks/{asset}/{check}/history', {
          params: { path: { asset, check }, query: { cursor: pageParam || undefined, limit: HISTORY_A_PAGE } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });

/** The rows that failed an execution, as they were. */
export const rowsThenQuery = (asset: string, check: string, execution: number) =>
  queryOptions({
    queryKey: ['check rows', asset, check, execution],
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/quality/checks/{asset}/{check}/rows', {
          params: { path: { asset, check }, query: { when: 'then', execution, limit: MOST_ROWS } },
          signal,
        }),
      ),
  });

/** The rows that fail a check now, on a ref. */
export const rowsNowQuery = (ref: string, asset: string, check: string) =>
  queryOptions({
    queryKey: ['lake', ref, 'check rows', asset, check],
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/quality/checks/{asset}/{check}/rows', {
          params: { path: { asset, check }, query: { when: 'now', ref, limit: MOST_ROWS } },
          signal,
        }),
      ),
  });

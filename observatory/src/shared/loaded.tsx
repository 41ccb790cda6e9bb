import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ErrorState } from './error-state';
import { SkeletonRows } from './skeleton';

interface Props<T> {
  query: UseQueryResult<T>;
  /** What stands in its place until the first answer. */
  skeleton?: ReactNode;
  compact?: boolean;
  children: (data: T) => ReactNode;
}

/** Shows the skeleton, the failure with its fix and a retry, or the data of a query. */
export function Loaded<T>({ query, skeleton, compact = false, children }: Props<T>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isError) {
    return (
      <ErrorState error={query.error} onRetry={() => void query.refetch()} compact={compact} />
    );
  }
  return <>{skeleton ?? <SkeletonRows />}</>;
}

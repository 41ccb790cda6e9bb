import { Button } from '@mantine/core';
import { count } from './format';

interface Props {
  /** How many are shown. */
  shown: number;
  /** What they are, in the plural. */
  what: string;
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
}

/** The foot of a list that comes in pages: how many there are so far, and a way to more. */
export function More({ shown, what, query }: Props) {
  return (
    <>
      <span className="num">
        {count(shown)} {what}
        {query.hasNextPage ? ' so far' : ''}
      </span>
      {query.hasNextPage && (
        <Button size="compact-xs" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}

import { Button } from '@mantine/core';
import { count, plural } from './format';

interface Props {
  /** How many are shown. */
  shown: number;
  /** What they are, in the singular. */
  what: string;
  /** The plural, where adding an s is wrong. */
  many?: string;
  /** How many there are in all, where that is known. */
  total?: number | null;
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
}

/** The foot of a list that comes in pages: how many there are so far, and a way to more. */
export function More({ shown, what, many = `${what}s`, total = null, query }: Props) {
  return (
    <>
      <span className="num">
        {total === null ? plural(shown, what, many) : `${count(shown)} of ${plural(total, what, many)}`}
        {total === null && query.hasNextPage ? ' so far' : ''}
      </span>
      {query.hasNextPage && (
        <Button size="compact-xs" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}

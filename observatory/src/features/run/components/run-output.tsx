import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import { EmptyState } from '../../../shared/empty-state';
import { Loaded } from '../../../shared/loaded';
import { useUrlState } from '../../../shared/url-state';
import { outputQuery, type Stream } from '../api/queries';
import css from './run.module.css';

const POLL_MS = 2000;

/** What the processes of a run wrote themselves. */
export function RunOutput({ run, stream, finished }: { run: string; stream: Stream; finished: boolean }) {
  const [step] = useUrlState('step', '');
  const output = useInfiniteQuery(outputQuery(run, stream, step));
  const more = useEffectEvent(() => {
    if (output.hasNextPage && !output.isFetching) void output.fetchNextPage();
  });
  useEffect(() => {
    if (finished) return;
    const timer = setInterval(() => more(), POLL_MS);
    return () => clearInterval(timer);
  }, [finished]);
  return (
    <Loaded query={output}>
      {({ pages }) => {
        const text = pages.map((page) => page.text).join('');
        if (text === '') {
          const of = step ? `the step ${step}` : 'the run';
          return (
            <EmptyState
              title={`Nothing was written to ${stream}`}
              hint={`What ${of} prints appears here. Its events are in the log.`}
            />
          );
        }
        return (
          <>
            <pre className={`${css.out} mono`} tabIndex={0} aria-label={stream}>
              {text}
            </pre>
            {output.hasNextPage && finished && (
              <div className={css.more}>
                <Button loading={output.isFetchingNextPage} onClick={() => void output.fetchNextPage()}>
                  Show more
                </Button>
              </div>
            )}
          </>
        );
      }}
    </Loaded>
  );
}

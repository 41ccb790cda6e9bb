import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { ScrollText } from 'lucide-react';
import { EmptyState } from '../../../shared/empty-state';
import { plural } from '../../../shared/format';
import { Loaded } from '../../../shared/loaded';
import { keyOf } from '../../../shared/log/lines';
import { LogDetail } from '../../../shared/log/log-detail';
import { LogList } from '../../../shared/log/log-list';
import { SkeletonRows } from '../../../shared/skeleton';
import { useUrlState } from '../../../shared/url-state';
import { logsQuery, type LogFilter } from '../api/queries';
import css from './logs.module.css';

interface Props {
  filter: LogFilter;
  onClear: () => void;
  onLive: () => void;
}

/** Lines that were written, of all runs. */
export function PastLines({ filter, onClear, onLive }: Props) {
  const logs = useInfiniteQuery(logsQuery(filter));
  const [chosen, setChosen] = useUrlState('line', '');
  const isFiltered = Object.values(filter).some((value) => value !== '');
  return (
    <Loaded query={logs} skeleton={<SkeletonRows rows={20} />}>
      {({ pages }) => {
        const lines = pages.flatMap((page) => page.items);
        const line = lines.find((one) => keyOf(one) === chosen);
        const searched = pages.reduce((sum, page) => sum + page.runs_searched, 0);
        const more = logs.hasNextPage && (
          <Button loading={logs.isFetchingNextPage} onClick={() => void logs.fetchNextPage()}>
            {lines.length === 0 ? 'Search older runs' : 'Show more'}
          </Button>
        );
        if (lines.length === 0) {
          return (
            <EmptyState
              icon={ScrollText}
              title={isFiltered ? 'No line matches' : 'No run has written a line'}
              hint={isFiltered ? `${plural(searched, 'run')} searched.` : 'Lines appear here as soon as a run begins.'}
              action={more || (isFiltered ? <Button onClick={onClear}>Show every line</Button> : <Button onClick={onLive}>Watch live</Button>)}
            />
          );
        }
        return (
          <>
            <LogList lines={lines} label="Lines of all runs" chosen={chosen} onChoose={setChosen} mixed />
            {line && <LogDetail line={line} onClose={() => setChosen('')} />}
            <div className={css.foot}>
              <span className={css.count}>
                {plural(lines.length, 'line')}, {plural(searched, 'run')} searched, the newest run first
              </span>
              {more}
            </div>
          </>
        );
      }}
    </Loaded>
  );
}

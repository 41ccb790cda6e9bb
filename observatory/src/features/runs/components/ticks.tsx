import { ActionIcon, Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { X } from 'lucide-react';
import type { Schemas } from '../../../client/api';
import { DataTable, type TableColumn } from '../../../shared/data-table';
import { EmptyState } from '../../../shared/empty-state';
import { plural, shortId } from '../../../shared/format';
import { Loaded } from '../../../shared/loaded';
import { Card } from '../../../shared/page';
import { RelativeTime } from '../../../shared/relative-time';
import { Status } from '../../../shared/status';
import { ticksQuery } from '../api/queries';
import { sayTick } from './say';

type Tick = Schemas['Tick'];

const COLUMNS: TableColumn<Tick>[] = [
  { key: 'status', title: 'Result', width: 130, cell: (tick) => <Status {...sayTick(tick.status)} /> },
  {
    key: 'what',
    title: 'What happened',
    wrap: true,
    cell: (tick) => tick.error?.split('\n', 1)[0] ?? tick.skip_reason ?? <Runs ids={tick.run_ids} />,
  },
  { key: 'when', title: 'When', end: true, width: 110, cell: (tick) => <RelativeTime time={tick.time} /> },
];

function Runs({ ids }: { ids: string[] }) {
  if (ids.length === 0) return <span className="dim">it asked for no run</span>;
  return (
    <>
      {plural(ids.length, 'run')}:{' '}
      {ids.slice(0, 6).map((run) => (
        <Link key={run} to="/runs/$run" params={{ run }} className="mono">
          {shortId(run)}{' '}
        </Link>
      ))}
    </>
  );
}

/** What the ticks of a schedule or sensor did, the newest first. */
export function Ticks({ instigator, onClose }: { instigator: Schemas['Instigator']; onClose: () => void }) {
  const ticks = useInfiniteQuery(ticksQuery(instigator.kind, instigator.name));
  return (
    <Card
      title={<span className="mono">{instigator.name}</span>}
      sub="ticks"
      actions={
        <ActionIcon aria-label="Close the ticks" onClick={onClose}>
          <X size={15} aria-hidden />
        </ActionIcon>
      }
    >
      <Loaded query={ticks} compact>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) {
            return (
              <EmptyState
                compact
                title="It has not ticked"
                hint={instigator.running ? 'Ticks come from the Dagster daemon: phlo services start' : 'It is off. Turn it on, and it ticks at its time.'}
              />
            );
          }
          return (
            <DataTable
              label={`Ticks of ${instigator.name}`}
              columns={COLUMNS}
              rows={items}
              rowKey={(tick) => tick.id}
              foot={
                ticks.hasNextPage ? (
                  <Button loading={ticks.isFetchingNextPage} onClick={() => void ticks.fetchNextPage()}>
                    Show older
                  </Button>
                ) : undefined
              }
            />
          );
        }}
      </Loaded>
    </Card>
  );
}

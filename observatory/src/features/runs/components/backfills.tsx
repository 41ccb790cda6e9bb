import { ActionIcon, Button } from '@mantine/core';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Layers, X } from 'lucide-react';
import { useState } from 'react';
import type { Schemas } from '../../../client/api';
import { ConfirmModal } from '../../../shared/confirm-modal';
import { DataTable, type TableColumn } from '../../../shared/data-table';
import { EmptyState } from '../../../shared/empty-state';
import { plural, shortId } from '../../../shared/format';
import { Identifier } from '../../../shared/identifier';
import { Loaded } from '../../../shared/loaded';
import { Card } from '../../../shared/page';
import { RelativeTime } from '../../../shared/relative-time';
import { Status } from '../../../shared/status';
import { Measured } from '../../../shared/unknown';
import { useSetSearch, useUrlState } from '../../../shared/url-state';
import { backfillQuery, backfillsQuery, cancelBackfill } from '../api/queries';
import { RUN_COLUMNS } from './run-columns';
import { isOpen, sayBackfill } from './say';
import css from './runs.module.css';

type Backfill = Schemas['Backfill'];

const COLUMNS: TableColumn<Backfill>[] = [
  { key: 'status', title: 'Status', width: 150, cell: (one) => <Status {...sayBackfill(one.status)} /> },
  { key: 'id', title: 'Backfill', width: 110, cell: (one) => <Identifier name={one.id} copy>{shortId(one.id)}</Identifier> },
  { key: 'assets', title: 'Assets', cell: (one) => one.title ?? <Identifier name={one.assets.join(', ')} /> },
  {
    key: 'partitions',
    title: 'Partitions',
    end: true,
    cell: (one) => <Measured value={one.partitions} why="Dagster does not say">{String}</Measured>,
  },
  { key: 'began', title: 'Asked for', end: true, cell: (one) => <RelativeTime time={one.created_at} /> },
];

/** Backfills, the newest first, each with its runs. */
export function Backfills() {
  const found = useInfiniteQuery(backfillsQuery);
  const [chosen, setChosen] = useUrlState('backfill', '');
  const setSearch = useSetSearch();
  return (
    <div className={css.two}>
      {chosen && <OneBackfill key={chosen} id={chosen} onClose={() => setChosen('')} />}
      <Card title="Backfills">
        <Loaded query={found}>
          {({ pages }) => {
            const items = pages.flatMap((page) => page.items);
            if (items.length === 0) {
              return (
                <EmptyState
                  icon={Layers}
                  title="No backfill was asked for"
                  hint="A backfill materializes many partitions together."
                  action={<Button onClick={() => setSearch({ tab: 'partitions' }, { push: true })}>Choose partitions</Button>}
                />
              );
            }
            return (
              <DataTable
                label="Backfills"
                columns={COLUMNS}
                rows={items}
                rowKey={(one) => one.id}
                onOpen={(one) => setChosen(one.id === chosen ? '' : one.id)}
                isActive={(one) => one.id === chosen}
                keys
                foot={
                  found.hasNextPage ? (
                    <Button loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
                      Show older
                    </Button>
                  ) : undefined
                }
              />
            );
          }}
        </Loaded>
      </Card>
    </div>
  );
}

function OneBackfill({ id, onClose }: { id: string; onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const backfill = useQuery(backfillQuery(id));
  const [asked, setAsked] = useState(false);
  const now = backfill.data;

  async function cancel(): Promise<void> {
    await cancelBackfill(id);
    await client.invalidateQueries({ queryKey: ['runs'] });
  }
  return (
    <Card
      title={`Backfill ${shortId(id)}`}
      sub={now && plural(now.runs.length, 'run')}
      actions={
        <>
          {now && isOpen(now.status) && <Button onClick={() => setAsked(true)}>Cancel the backfill</Button>}
          <ActionIcon aria-label="Close the backfill" onClick={onClose}>
            <X size={15} aria-hidden />
          </ActionIcon>
        </>
      }
    >
      <Loaded query={backfill} compact>
        {(detail) => (
          <>
            {detail.error && <pre className={`${css.error} mono`}>{detail.error}</pre>}
            {detail.runs.length === 0 ? (
              <EmptyState compact title="It has started no run" hint="The Dagster daemon starts them: phlo services start" />
            ) : (
              <DataTable
                label="Runs of the backfill"
                columns={RUN_COLUMNS}
                rows={detail.runs}
                rowKey={(run) => run.run_id}
                onOpen={(run) => void navigate({ to: '/runs/$run', params: { run: run.run_id } })}
              />
            )}
          </>
        )}
      </Loaded>
      <ConfirmModal
        opened={asked}
        title="Cancel this backfill"
        verb="Cancel the backfill"
        danger
        onConfirm={cancel}
        onClose={() => setAsked(false)}
      >
        <p>No further run starts, and those that go on are cancelled. Partitions that are written stay.</p>
      </ConfirmModal>
    </Card>
  );
}

import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schemas } from '../../../client/api';
import { ConfirmModal } from '../../../shared/confirm-modal';
import { DataTable, type TableColumn } from '../../../shared/data-table';
import { EmptyState } from '../../../shared/empty-state';
import { count, percent } from '../../../shared/format';
import { Loaded } from '../../../shared/loaded';
import { Card } from '../../../shared/page';
import { Unknown } from '../../../shared/unknown';
import { cachesQuery, clearCaches } from '../api/queries';
import css from './services.module.css';

type Cache = Schemas['CacheEntry'];

const COLUMNS: TableColumn<Cache>[] = [
  {
    key: 'name',
    title: 'Cache',
    wrap: true,
    cell: (one) => (
      <span className={css.name}>
        <b>{one.name}</b>
        <small>{one.description}</small>
      </span>
    ),
    sort: (one) => one.name,
  },
  {
    key: 'entries',
    title: 'Entries',
    end: true,
    cell: (one) => (one.limit === null ? count(one.entries) : `${count(one.entries)} of ${count(one.limit)}`),
    sort: (one) => one.entries,
  },
  { key: 'hits', title: 'Found', end: true, cell: (one) => <Rate cache={one} />, sort: (one) => one.hits },
];

function Rate({ cache: { hits, misses } }: { cache: Cache }) {
  const asked = hits + misses;
  if (asked === 0) return <Unknown why="it was not asked yet" />;
  return <span title={`${count(hits)} of ${count(asked)} times`}>{percent(hits / asked)}</span>;
}

/** What the caches of the process hold, and how often they had what was asked for. */
export function CacheList() {
  const caches = useQuery(cachesQuery);
  const client = useQueryClient();
  const [asked, setAsked] = useState(false);
  async function clear(): Promise<void> {
    await clearCaches();
    await client.invalidateQueries({ queryKey: cachesQuery.queryKey });
  }
  return (
    <Card title="Caches" actions={<Button onClick={() => setAsked(true)}>Empty the caches</Button>}>
      <Loaded query={caches}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState compact title="The process keeps no cache" />
          ) : (
            <DataTable label="Caches" columns={COLUMNS} rows={items} rowKey={(one) => one.name} sortName="caches" />
          )
        }
      </Loaded>
      <ConfirmModal opened={asked} title="Empty the caches" verb="Empty the caches" onConfirm={clear} onClose={() => setAsked(false)}>
        <p>Nothing is lost but speed: what is asked for next is read again.</p>
      </ConfirmModal>
    </Card>
  );
}

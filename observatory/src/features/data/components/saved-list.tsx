import { ActionIcon } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { api, read, type Schemas } from '../../../client/api';
import { ConfirmModal } from '../../../shared/confirm-modal';
import { EmptyState } from '../../../shared/empty-state';
import { Loaded } from '../../../shared/loaded';
import { savedQuery } from '../api/queries';
import css from './data.module.css';

type Saved = Schemas['SavedQuery'];

/** The statements saved in the lake, which everybody who reads the lake sees. */
export function SavedList({ onOpen }: { onOpen: (saved: Saved) => void }) {
  const saved = useQuery(savedQuery);
  const client = useQueryClient();
  const [leaving, setLeaving] = useState<Saved | null>(null);
  async function remove(): Promise<void> {
    if (!leaving) return;
    await read(api.DELETE('/api/trino/saved/{query_id}', { params: { path: { query_id: leaving.id } } }));
    await client.invalidateQueries({ queryKey: ['saved'] });
  }
  return (
    <Loaded query={saved} compact>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState compact title="No query is saved" hint="Write one and press Save: it is kept in the lake, for everybody." />
        ) : (
          <div className={css.scroll}>
            {items.map((each) => (
              <div key={each.id} style={{ display: 'flex', alignItems: 'stretch' }}>
                <button type="button" className={css.entry} onClick={() => onOpen(each)} title={each.description || each.sql}>
                  <span className={css.entryHead}>
                    <b className="trunc">{each.name}</b>
                    <span>{each.author}</span>
                  </span>
                  <code className="mono">{each.sql}</code>
                </button>
                <ActionIcon m={4} aria-label={`Delete ${each.name}`} onClick={() => setLeaving(each)}>
                  <Trash2 size={13} aria-hidden />
                </ActionIcon>
              </div>
            ))}
            <ConfirmModal
              opened={leaving !== null}
              title="Delete a saved query"
              verb="Delete"
              danger
              onConfirm={remove}
              onClose={() => setLeaving(null)}
            >
              <p>
                <b>{leaving?.name}</b> is removed from the lake for everybody.
              </p>
            </ConfirmModal>
          </div>
        )
      }
    </Loaded>
  );
}

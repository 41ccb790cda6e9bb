import { Select } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Schemas } from '../../../client/api';
import { ConfirmModal } from '../../../shared/confirm-modal';
import { dateTime, shortId } from '../../../shared/format';
import { useLakeRef } from '../../../shared/lake-ref';
import { refParts } from '../../../shared/refs';
import { refsQuery } from '../../../shared/refs-query';
import { useSetSearch } from '../../../shared/url-state';
import { rollBack } from '../api/table';
import css from './table.module.css';

interface Props {
  table: string;
  commit: Schemas['Commit'];
  opened: boolean;
  onClose: () => void;
}

/** Puts an earlier state of one table back on a branch. */
export function RollbackModal({ table, commit, opened, onClose }: Props) {
  const client = useQueryClient();
  const setSearch = useSetSearch();
  const { base } = refParts(useLakeRef());
  const refs = useQuery(refsQuery).data?.items ?? [];
  const free = refs.filter((ref) => ref.kind === 'branch' && !ref.protected).map((ref) => ref.name);
  const [chosen, choose] = useState<string | null>(null);
  const branch = chosen ?? (free.includes(base) ? base : (free[0] ?? null));

  async function confirm(): Promise<void> {
    if (branch === null) return;
    await rollBack(table, branch, { to: commit.id, message: `roll ${table} back to ${shortId(commit.id)}` });
    await client.invalidateQueries({ queryKey: ['lake'] });
    setSearch({ ref: branch === 'main' ? undefined : branch, snapshot: undefined, compare: undefined }, { push: true });
  }
  return (
    <ConfirmModal
      opened={opened}
      title={`Roll ${table} back`}
      verb="Roll back"
      danger
      disabled={branch === null}
      onConfirm={confirm}
      onClose={onClose}
    >
      <div className={css.field}>
        <p>
          The rows of {dateTime(new Date(commit.time))} come back as a new commit; nothing is lost, and the commit can be reverted.
        </p>
        {free.length > 0 ? (
          <Select label="On the branch" data={free} value={branch} onChange={choose} allowDeselect={false} />
        ) : (
          <p>
            There is no branch to do it on, and main is protected: what is published passes its checks on a branch first.{' '}
            <Link to="/branches" search={{ create: 'yes' }}>
              Create a branch
            </Link>
          </p>
        )}
      </div>
    </ConfirmModal>
  );
}

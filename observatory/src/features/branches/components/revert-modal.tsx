import { Select, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schemas } from '../../../client/api';
import { ConfirmModal } from '../../../shared/confirm-modal';
import { plural, shortId } from '../../../shared/format';
import { useSetSearch } from '../../../shared/url-state';
import { refreshLake, revertCommit } from '../api/refs';
import css from './branches.module.css';

interface Props {
  commit: Schemas['CommitDetail'];
  refs: readonly Schemas['Ref'][];
  opened: boolean;
  onClose: () => void;
}

/** Undoes a commit by a new one, on a branch of choice. */
export function RevertModal({ commit, refs, opened, onClose }: Props) {
  const client = useQueryClient();
  const setSearch = useSetSearch();
  const branches = refs.filter((ref) => ref.kind === 'branch');
  const [chosen, choose] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const on = chosen ?? branches.find((ref) => !ref.protected)?.name ?? branches[0]?.name ?? 'main';
  const guarded = branches.some((ref) => ref.name === on && ref.protected);

  async function revert(): Promise<void> {
    const done = await revertCommit({ commit: commit.id, on, message: '', ...(guarded ? { override: reason } : {}) });
    await refreshLake(client);
    setSearch({ commit: done.id, branch: on, tab: 'commits', into: undefined }, { push: true });
  }
  return (
    <ConfirmModal
      opened={opened}
      title={`Revert ${shortId(commit.id)}`}
      verb="Revert"
      danger
      disabled={guarded && reason.trim() === ''}
      onConfirm={revert}
      onClose={onClose}
    >
      <div className={css.fields}>
        <p>
          A new commit puts {plural(commit.changes.length, 'table')} back as {commit.changes.length === 1 ? 'it was' : 'they were'} before. What
          later commits wrote to the same tables is a conflict, and is then left alone.
        </p>
        <Select label="On" data={branches.map((ref) => ref.name)} value={on} onChange={choose} allowDeselect={false} />
        {guarded && (
          <TextInput
            label="Reason"
            description={`${on} is protected, and a revert has not run its checks: say why it may go past them. It stays in the log.`}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        )}
      </div>
    </ConfirmModal>
  );
}

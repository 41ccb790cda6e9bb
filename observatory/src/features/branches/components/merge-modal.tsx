import { Checkbox, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schemas } from '../../../client/api';
import { ConfirmModal } from '../../../shared/confirm-modal';
import { useSetSearch } from '../../../shared/url-state';
import { mergeBranch, refreshLake } from '../api/refs';
import css from './branches.module.css';

/** To merge, to merge past the checks, or to bring a branch up to date. */
export type MergeKind = 'merge' | 'override' | 'update';

interface Props {
  kind: MergeKind | null;
  preview: Schemas['MergePreview'];
  source: Schemas['Ref'];
  onClose: () => void;
}

/** Asks before a merge; refuses by itself if the branch has moved since the preview. */
export function MergeModal({ kind, preview, source, onClose }: Props) {
  const client = useQueryClient();
  const setSearch = useSetSearch();
  const [message, setMessage] = useState('');
  const [reason, setReason] = useState('');
  const [deletes, setDeletes] = useState(false);
  const updates = kind === 'update';
  const deletable = source.kind === 'branch' && !source.protected;

  async function merge(): Promise<void> {
    const [from, to] = updates ? [preview.into, preview.source] : [preview.source, preview.into];
    const gone = !updates && deletable && deletes;
    const asked = mergeBranch({
      source: from,
      into: to,
      message,
      expect: updates ? preview.into_commit : preview.source_commit,
      delete_source: gone,
      ...(kind === 'override' ? { override: reason } : {}),
    });
    // A refusal has run checks too, and the preview shows how they went.
    const done = await asked.catch(async (refusal: unknown) => {
      await refreshLake(client);
      throw refusal;
    });
    await refreshLake(client, gone ? preview.source : '');
    if (!updates) setSearch({ branch: preview.into, tab: 'commits', into: undefined, commit: done.id }, { push: true });
  }
  return (
    <ConfirmModal
      opened={kind !== null}
      title={updates ? `Update ${preview.source} from ${preview.into}` : `Merge ${preview.source} into ${preview.into}`}
      verb={updates ? 'Update' : 'Merge'}
      danger={kind === 'override'}
      disabled={kind === 'override' && reason.trim() === ''}
      onConfirm={merge}
      onClose={onClose}
    >
      <div className={css.fields}>
        {updates ? (
          <p>
            What {preview.into} has and {preview.source} lacks comes over as one merge commit; what was checked must be checked again where
            it moves.
          </p>
        ) : (
          <p>All its tables move in one commit: a reader sees all of them or none.</p>
        )}
        {kind === 'override' && (
          <TextInput
            label="Why it may go past its checks"
            description="It stays in the log, with your name."
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            data-autofocus
          />
        )}
        <TextInput label="Message" placeholder="optional" value={message} onChange={(event) => setMessage(event.currentTarget.value)} />
        {!updates && deletable && (
          <Checkbox
            size="xs"
            label={`Delete ${preview.source} afterwards`}
            checked={deletes}
            onChange={(event) => setDeletes(event.currentTarget.checked)}
          />
        )}
      </div>
    </ConfirmModal>
  );
}

import { SegmentedControl, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ConfirmModal } from '../../../shared/confirm-modal';
import { useLakeRef } from '../../../shared/lake-ref';
import { useSetSearch } from '../../../shared/url-state';
import { createBranch, createTag, refreshLake } from '../api/refs';
import css from './branches.module.css';

/** Makes a branch or a tag of any state of the lake: of the ref the page is on, if `from` is `yes`. */
export function CreateModal({ from, onClose }: { from: string; onClose: () => void }) {
  const opened = from !== '';
  const client = useQueryClient();
  const setSearch = useSetSearch();
  const ref = useLakeRef();
  const [kind, setKind] = useState<'branch' | 'tag'>('branch');
  const [name, setName] = useState('');
  const [at, setAt] = useState(ref);
  useEffect(() => {
    if (from !== '') setAt(from === 'yes' ? ref : from);
  }, [from, ref]);

  async function create(): Promise<void> {
    const made = await (kind === 'branch' ? createBranch : createTag)({ name: name.trim(), at: at.trim() });
    await refreshLake(client);
    setName('');
    setSearch({ branch: made.name, create: undefined }, { push: true });
  }
  return (
    <ConfirmModal
      opened={opened}
      title={`New ${kind}`}
      verb={`Create ${kind}`}
      disabled={name.trim() === '' || at.trim() === ''}
      onConfirm={create}
      onClose={onClose}
    >
      <div className={css.fields}>
        <SegmentedControl
          aria-label="What to create"
          data={[
            { value: 'branch', label: 'Branch' },
            { value: 'tag', label: 'Tag' },
          ]}
          value={kind}
          onChange={(value) => setKind(value === 'tag' ? 'tag' : 'branch')}
        />
        <TextInput
          data-autofocus
          label="Name"
          placeholder={kind === 'branch' ? 'dev/late-flights' : 'release-2026-11'}
          description="Letters, digits, dots, dashes; slashes group"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label="From"
          description="A branch, tag or commit, or main@2026-11-21T10:00 for a time"
          value={at}
          onChange={(event) => setAt(event.currentTarget.value)}
        />
        <p className="dim">It costs one entry of the log; no data is copied, whatever the lake holds.</p>
      </div>
    </ConfirmModal>
  );
}

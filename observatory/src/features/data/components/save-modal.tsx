import { Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, read } from '../../../client/api';
import { ConfirmModal } from '../../../shared/confirm-modal';

interface Props {
  opened: boolean;
  sql: string;
  gitRef: string;
  onClose: () => void;
}

/** Asks for a name and saves the text of the editor in the lake. */
export function SaveModal({ opened, sql, gitRef, onClose }: Props) {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  async function save(): Promise<void> {
    await read(
      api.POST('/api/trino/saved', { body: { name: name.trim(), description, sql, ref: gitRef, tags: [] } }),
    );
    await client.invalidateQueries({ queryKey: ['saved'] });
    setName('');
    setDescription('');
  }
  return (
    <ConfirmModal
      opened={opened}
      title="Save this query in the lake"
      verb="Save"
      disabled={name.trim() === '' || sql.trim() === ''}
      onConfirm={save}
      onClose={onClose}
    >
      <TextInput data-autofocus label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <Textarea
        mt="sm"
        label="What it tells"
        autosize
        minRows={2}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
    </ConfirmModal>
  );
}

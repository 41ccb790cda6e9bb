import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Play } from 'lucide-react';
import { useState } from 'react';
import { ConfirmModal } from '../../../shared/confirm-modal';
import { useLakeRef } from '../../../shared/lake-ref';
import { PartitionSelect } from '../../../shared/partition-select';
import { refsQuery } from '../../../shared/refs-query';
import { assetQuery, materialize } from '../api/asset';
import css from './table.module.css';

/** Starts a run of the asset that writes a table, on the branch the page is on; nothing if none does. */
export function MaterializeButton({ asset }: { asset: string | null }) {
  const ref = useLakeRef();
  const client = useQueryClient();
  const navigate = useNavigate();
  const known = useQuery(assetQuery(asset)).data;
  const refs = useQuery(refsQuery).data;
  const [opened, setOpened] = useState(false);
  const [partition, setPartition] = useState('');
  if (asset === null || !known?.executable) return null;
  const isBranch = !refs || refs.items.some((each) => each.name === ref && each.kind === 'branch');

  const assets = [asset];

  async function start(): Promise<void> {
    const run = await materialize({ assets, ref, ...(partition ? { partition } : {}) });
    await client.invalidateQueries({ queryKey: ['runs'] });
    await navigate({ to: '/runs/$run', params: { run: run.run_id } });
  }
  return (
    <>
      <Button
        leftSection={<Play size={13} aria-hidden />}
        disabled={!isBranch}
        title={isBranch ? undefined : 'A run writes to a branch: choose one above'}
        onClick={() => setOpened(true)}
      >
        Run
      </Button>
      <ConfirmModal
        opened={opened}
        title={`Run ${asset}`}
        verb="Run"
        disabled={known.partitioned && partition === ''}
        onConfirm={start}
        onClose={() => setOpened(false)}
      >
        <div className={css.field}>
          <p>
            It is made anew and its checks run; what passes is published to <b className="mono">{ref}</b>.
          </p>
          {known.partitioned && (
            <PartitionSelect assets={assets} value={partition} onChange={setPartition} autoFocus />
          )}
        </div>
      </ConfirmModal>
    </>
  );
}

import { Checkbox, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { assetsQuery } from '../../../shared/asset-select';
import { ConfirmModal } from '../../../shared/confirm-modal';
import { EmptyState } from '../../../shared/empty-state';
import { plural } from '../../../shared/format';
import { useLakeRef } from '../../../shared/lake-ref';
import { Loaded } from '../../../shared/loaded';
import { PartitionSelect } from '../../../shared/partition-select';
import { launchRun } from '../api/queries';
import css from './runs.module.css';

/** Chooses assets and runs them on the branch the page is on. */
export function LaunchModal({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const ref = useLakeRef();
  const navigate = useNavigate();
  const assets = useQuery({ ...assetsQuery, enabled: opened });
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [partition, setPartition] = useState('');
  const all = (assets.data?.items ?? []).filter((asset) => asset.executable);
  const shown = all.filter((asset) => asset.asset.toLowerCase().includes(text.trim().toLowerCase()));
  const partitioned = all.filter((asset) => asset.partitioned && chosen.has(asset.asset)).map((asset) => asset.asset);

  function toggle(asset: string): void {
    const next = new Set(chosen);
    if (!next.delete(asset)) next.add(asset);
    setChosen(next);
  }
  async function launch(): Promise<void> {
    const { run_id } = await launchRun([...chosen], partitioned.length > 0 ? partition : '', ref);
    setChosen(new Set());
    await navigate({ to: '/runs/$run', params: { run: run_id } });
  }
  return (
    <ConfirmModal
      opened={opened}
      title={`Run assets on ${ref}`}
      verb={chosen.size > 0 ? `Run ${plural(chosen.size, 'asset')}` : 'Run'}
      disabled={chosen.size === 0 || (partitioned.length > 0 && partition === '')}
      onConfirm={launch}
      onClose={onClose}
    >
      <p className="dim">
        {ref === 'main'
          ? 'They are written on a branch of their own, checked, and published to main if the checks pass.'
          : `They are written to ${ref}; main does not change.`}
      </p>
      <div className={css.fields}>
        <TextInput
          data-autofocus
          aria-label="Filter the assets"
          placeholder="Filter the assets"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </div>
      <Loaded query={assets} compact>
        {() => (
          <div className={css.pick} role="group" aria-label="Assets">
            {shown.length === 0 && <EmptyState compact title={all.length === 0 ? 'The project declares no asset' : 'No asset matches'} />}
            {shown.map((asset) => (
              <Checkbox
                key={asset.asset}
                size="xs"
                label={<span className="mono">{asset.asset}</span>}
                checked={chosen.has(asset.asset)}
                onChange={() => toggle(asset.asset)}
              />
            ))}
          </div>
        )}
      </Loaded>
      {partitioned.length > 0 && (
        <div className={css.fields}>
          <PartitionSelect
            assets={partitioned}
            description="Many at once: the tab Partitions."
            value={partition}
            onChange={setPartition}
          />
        </div>
      )}
    </ConfirmModal>
  );
}

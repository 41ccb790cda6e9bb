import { Select } from '@mantine/core';
import { queryOptions, useQueries } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, read, type Schemas } from '../client/api';
import { count, plural } from './format';
import { common, type Partition } from './partitions';
import { Status } from './status';
import type { Tone } from './words';

const PAGE = 1000;
const MOST_PAGES = 40;
const SHOWN = 100;
const TONES: Record<Partition['state'], Tone> = { materialized: 'ok', failed: 'bad', running: 'run', missing: 'idle' };
const WORDS: Record<Partition['state'], string> = { materialized: 'Made', failed: 'Failed', running: 'Running', missing: 'Missing' };

/** Every partition of an asset with its state, the newest first. */
const partitionsQuery = (asset: string) =>
  queryOptions({
    queryKey: ['runs', 'partition keys', asset],
    queryFn: async ({ signal }) => {
      const found: Partition[] = [];
      let cursor: Schemas['PartitionGrid']['next_cursor'] = null;
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const query = { limit: PAGE, ...(cursor === null ? {} : { cursor }) };
        const grid: Schemas['PartitionGrid'] = await read(
          api.GET('/api/dagster/assets/{asset}/partitions', { params: { path: { asset }, query }, signal }),
        );
        found.push(...grid.keys.map((key, place) => ({ key, state: grid.states[place] ?? 'missing' })));
        cursor = grid.next_cursor;
        if (cursor === null) break;
      }
      return found;
    },
  });

interface Props {
  /** Those that the partition is of; offered is what all of them have. */
  assets: readonly string[];
  value: string;
  onChange: (partition: string) => void;
  description?: string;
  autoFocus?: boolean;
}

/** Chooses a partition by typing a part of its key; each says whether it was made. */
export function PartitionSelect({ assets, value, onChange, description, autoFocus = false }: Props) {
  const found = useQueries({ queries: assets.map(partitionsQuery) });
  const error = found.find((one) => one.isError)?.error;
  const isPending = found.some((one) => one.isPending);
  const all = common(found.map((one) => one.data ?? []));
  const states = new Map(all.map((one) => [one.key, one.state]));
  const isGone = !isPending && value !== '' && !states.has(value);
  useEffect(() => {
    if (isGone) onChange('');
  }, [isGone, onChange]);
  return (
    <Select
      label="Partition"
      description={description ?? (isPending ? 'Reading the partitions' : `${plural(all.length, 'partition')}, the newest first`)}
      placeholder="Type a part of its key"
      data={all.map((one) => one.key)}
      value={states.has(value) ? value : null}
      onChange={(next) => onChange(next ?? '')}
      error={error instanceof Error ? error.message : undefined}
      searchable
      selectFirstOptionOnChange
      limit={SHOWN}
      nothingFoundMessage={isPending ? 'Reading the partitions' : assets.length > 1 ? `No partition of all ${count(assets.length)} assets matches` : 'No partition matches'}
      renderOption={({ option }) => {
        const state = states.get(option.value) ?? 'missing';
        return (
          <>
            <span className="mono">{option.value}</span>
            <span style={{ marginLeft: 'auto' }}>
              <Status tone={TONES[state]} word={WORDS[state]} plain />
            </span>
          </>
        );
      }}
      comboboxProps={{ transitionProps: { duration: 0 } }}
      data-autofocus={autoFocus || undefined}
    />
  );
}

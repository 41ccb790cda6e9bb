import { Select } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, read } from '../client/api';

const MOST_ASSETS = 1000;
const NAMES_KEEP_MS = 60_000;

/** Every asset with its health, by name. */
export const assetsQuery = queryOptions({
  queryKey: ['assets', MOST_ASSETS],
  staleTime: NAMES_KEEP_MS,
  queryFn: ({ signal }) =>
    read(api.GET('/api/dagster/assets', { params: { query: { limit: MOST_ASSETS } }, signal })),
});

interface Props {
  value: string;
  onChange: (asset: string) => void;
  /** Only those that have partitions. */
  partitioned?: boolean;
  placeholder?: string;
  clearable?: boolean;
  width?: number;
}

/** Chooses an asset by typing a part of its name. */
export function AssetSelect({ value, onChange, partitioned = false, placeholder = 'Any asset', clearable = true, width = 250 }: Props) {
  const assets = useQuery(assetsQuery);
  const names = (assets.data?.items ?? [])
    .filter((asset) => !partitioned || asset.partitioned)
    .map((asset) => asset.asset);
  return (
    <Select
      aria-label="Asset"
      placeholder={placeholder}
      data={value && !names.includes(value) ? [value, ...names] : names}
      value={value || null}
      onChange={(next) => onChange(next ?? '')}
      searchable
      selectFirstOptionOnChange
      clearable={clearable}
      limit={100}
      w={width}
      nothingFoundMessage={assets.isError ? 'The assets could not be read' : 'No asset matches'}
      comboboxProps={{ transitionProps: { duration: 0 } }}
    />
  );
}

import { Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { AssetSelect } from '../../../shared/asset-select';
import { shortId } from '../../../shared/format';
import { LevelSelect } from '../../../shared/log/level-select';
import { SearchBox } from '../../../shared/search-box';
import { useUrlState } from '../../../shared/url-state';
import { labelsQuery } from '../api/queries';
import { RANGES } from './time-range';

/** Chooses lines by text, level, asset, run and, of those that are written, time. */
export function LogFilters({ live }: { live: boolean }) {
  const [text, setText] = useUrlState('q', '');
  const [level, setLevel] = useUrlState('level', '');
  const [asset, setAsset] = useUrlState('asset', '');
  const [run, setRun] = useUrlState('run', '');
  const [range, setRange] = useUrlState('range', '');
  const [from, setFrom] = useUrlState('from', '');
  const [to, setTo] = useUrlState('to', '');
  const labels = useQuery(labelsQuery);
  const runs = labels.data?.labels['run'] ?? [];
  return (
    <>
      <SearchBox label="Find in the logs" placeholder="Find in the logs" value={text} onChange={setText} width={180} />
      <LevelSelect value={level} onChange={setLevel} />
      <AssetSelect value={asset} onChange={setAsset} width={200} />
      <Select
        aria-label="Run"
        placeholder="Any run"
        data={[...new Set([...runs, ...(run ? [run] : [])])].map((id) => ({ value: id, label: shortId(id) }))}
        value={run || null}
        onChange={(next) => setRun(next ?? '')}
        searchable
        clearable
        limit={100}
        w={130}
        nothingFoundMessage="No run matches"
        comboboxProps={{ transitionProps: { duration: 0 }, width: 160, position: 'bottom-start' }}
      />
      {!live && (
        <Select
          aria-label="Time"
          data={RANGES}
          value={range}
          onChange={(next) => setRange(next ?? '')}
          allowDeselect={false}
          w={130}
          comboboxProps={{ transitionProps: { duration: 0 } }}
        />
      )}
      {!live && range === 'between' && (
        <>
          <TextInput type="datetime-local" step={1} aria-label="From" value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
          <TextInput type="datetime-local" step={1} aria-label="To" value={to} onChange={(event) => setTo(event.currentTarget.value)} />
        </>
      )}
    </>
  );
}

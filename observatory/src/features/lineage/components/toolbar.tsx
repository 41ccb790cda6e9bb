import { Checkbox, SegmentedControl, Select } from '@mantine/core';
import { Search } from 'lucide-react';
import { useMemo, useRef } from 'react';
import type { Schemas } from '../../../client/api';
import { count, plural } from '../../../shared/format';
import { useShortcuts } from '../../../shared/shortcuts';
import { LENSES, type Lens } from '../lenses';
import type { Way } from '../reach';
import type { View } from '../use-view';
import css from './lineage.module.css';

const STEPS = [
  { value: 'all', label: 'All steps' },
  { value: '1', label: '1 step' },
  { value: '2', label: '2 steps' },
  { value: '3', label: '3 steps' },
  { value: '5', label: '5 steps' },
];
const WAYS: { value: Way; label: string }[] = [
  { value: 'both', label: 'Both ways' },
  { value: 'upstream', label: 'Upstream' },
  { value: 'downstream', label: 'Downstream' },
];

interface Props {
  graph: Schemas['AssetGraph'];
  view: View;
  shape: 'graph' | 'table';
  onShape: (shape: 'graph' | 'table') => void;
}

/** What is looked at, how far, and through which lens. */
export function Toolbar({ graph, view, shape, onShape }: Props) {
  const find = useRef<HTMLInputElement>(null);
  const names = useMemo(() => graph.nodes.map((node) => node.asset).sort(), [graph]);
  useShortcuts([
    { keys: '/', label: 'Find an asset', group: 'Lineage', run: () => find.current?.focus() },
    { keys: 'Escape', label: 'Look at all', group: 'Lineage', run: () => view.setFocus('') },
    { keys: 'v', label: 'Graph or table', group: 'Lineage', run: () => onShape(shape === 'graph' ? 'table' : 'graph') },
  ]);
  return (
    <div className={css.toolbar}>
      <Select
        ref={find}
        aria-label="Find an asset"
        placeholder="Find an asset"
        leftSection={<Search size={13} aria-hidden />}
        data={names}
        value={view.focus || null}
        onChange={(asset) => view.setFocus(asset ?? '')}
        limit={40}
        searchable
        selectFirstOptionOnChange
        clearable
        clearButtonProps={{ 'aria-label': 'Look at all' }}
        nothingFoundMessage="No asset is called so"
        className={css.find}
      />
      {view.focus && (
        <>
          <Select
            aria-label="Direction"
            data={WAYS}
            value={view.way}
            onChange={(way) => way && view.setWay(way as Way)}
            allowDeselect={false}
            w={110}
          />
          <Select
            aria-label="How far"
            data={STEPS}
            value={view.steps}
            onChange={(steps) => steps && view.setSteps(steps)}
            allowDeselect={false}
            w={92}
          />
          {shape === 'graph' && (
            <Checkbox
              size="xs"
              label="Hide the rest"
              checked={view.rest === 'hide'}
              onChange={(event) => view.setRest(event.currentTarget.checked ? 'hide' : 'dim')}
            />
          )}
        </>
      )}
      <SegmentedControl
        aria-label="Colour by"
        data={LENSES.map(({ value, label }) => ({ value, label }))}
        value={view.lens}
        onChange={(lens) => view.setLens(lens as Lens)}
      />
      <SegmentedControl
        aria-label="Show as"
        data={[
          { value: 'graph', label: 'Graph' },
          { value: 'table', label: 'Table' },
        ]}
        value={shape}
        onChange={(next) => onShape(next === 'table' ? 'table' : 'graph')}
      />
      <span className={`${css.told} dim num`} role="status" data-focused={view.reach ? true : undefined}>
        {view.unknown ? `No asset is called ${view.unknown}` : view.reach ? `${count(view.reach.size)} of ${count(graph.nodes.length)} assets` : `${plural(graph.nodes.length, 'asset')}, ${plural(graph.edges.length, 'edge')}`}
      </span>
    </div>
  );
}

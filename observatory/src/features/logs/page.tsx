import { SegmentedControl } from '@mantine/core';
import { useMemo } from 'react';
import { LEVELS, type Level } from '../../shared/log/lines';
import { FullPage } from '../../shared/page';
import { useShortcuts } from '../../shared/shortcuts';
import { Toolbar } from '../../shared/toolbar';
import { useSetSearch, useUrlState } from '../../shared/url-state';
import { tailPath } from './api/queries';
import { LiveLines } from './components/live-lines';
import { LogFilters } from './components/log-filters';
import { PastLines } from './components/past-lines';
import { momentOf, startOf } from './components/time-range';
import css from './components/logs.module.css';

const MODES = [
  { value: 'past', label: 'Written' },
  { value: 'live', label: 'Live' },
];

/** The logs of all runs: asked for, or as they are written. */
export default function LogsPage() {
  const [mode, setMode] = useUrlState('mode', 'past');
  const [run] = useUrlState('run', '');
  const [asset] = useUrlState('asset', '');
  const [named] = useUrlState('level', '');
  const [q] = useUrlState('q', '');
  const [range] = useUrlState('range', '');
  const [from] = useUrlState('from', '');
  const [to] = useUrlState('to', '');
  const setSearch = useSetSearch();
  const level = LEVELS.includes(named as Level) ? (named as Level) : '';
  const live = mode === 'live';
  // A range that ends now is fixed when it is chosen, so that its pages fit together.
  const start = useMemo(() => (range === 'between' ? momentOf(from) : startOf(range, new Date())), [range, from]);
  const end = range === 'between' ? momentOf(to) : '';
  const path = tailPath({ run, asset, level, q });
  useShortcuts([
    { keys: 'w', label: 'Watch live, or what was written', group: 'Log', run: () => setMode(live ? 'past' : 'live') },
  ]);
  const clear = () =>
    setSearch({ run: undefined, asset: undefined, level: undefined, q: undefined, range: undefined, from: undefined, to: undefined });
  return (
    <FullPage title="Logs">
      <div className={css.panel}>
        <Toolbar
          label="Filter the logs"
          end={<SegmentedControl aria-label="Written or live" data={MODES} value={mode} onChange={setMode} />}
        >
          <LogFilters live={live} />
        </Toolbar>
        {live ? (
          <LiveLines key={path} path={path} />
        ) : (
          <PastLines filter={{ run, asset, level, q, start, end }} onClear={clear} onLive={() => setMode('live')} />
        )}
      </div>
    </FullPage>
  );
}

import { Button, Switch } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { Schemas } from '../../../client/api';
import type { StreamState } from '../../../client/live-connection';
import { useEventStream } from '../../../client/use-event-stream';
import { EmptyState } from '../../../shared/empty-state';
import { ErrorState } from '../../../shared/error-state';
import { plural } from '../../../shared/format';
import { keyOf, type Line } from '../../../shared/log/lines';
import { LogDetail } from '../../../shared/log/log-detail';
import { LogList } from '../../../shared/log/log-list';
import { useShortcuts } from '../../../shared/shortcuts';
import { Status } from '../../../shared/status';
import { useUrlState } from '../../../shared/url-state';
import type { Said } from '../../../shared/words';
import css from './logs.module.css';

const MOST_LINES = 5000;
const FLUSH_MS = 100;
const STATES: Record<StreamState, Said> = {
  connecting: { tone: 'run', word: 'Connecting' },
  open: { tone: 'run', word: 'Live' },
  waiting: { tone: 'warn', word: 'Connection lost, trying again' },
  over: { tone: 'idle', word: 'Over' },
};

/** Lines as they are written, of all runs that match; the newest thousands are kept. */
export function LiveLines({ path }: { path: string }) {
  const [lines, setLines] = useState<readonly Line[]>([]);
  const [chosen, setChosen] = useUrlState('line', '');
  const [follow, setFollow] = useState(true);
  const arrived = useRef<Line[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useShortcuts([{ keys: 'f', label: 'Follow the newest line', group: 'Log', run: () => setFollow(!follow) }]);

  function flush(): void {
    timer.current = undefined;
    const fresh = arrived.current;
    arrived.current = [];
    setLines((before) => [...before, ...fresh].slice(-MOST_LINES));
  }
  const { state, problem } = useEventStream(path, (event) => {
    if (event.name !== 'line') return;
    arrived.current.push((event.data as Schemas['LineMoved']).line);
    timer.current ??= setTimeout(flush, FLUSH_MS);
  });
  if (problem) return <ErrorState error={problem} />;
  const line = lines.find((one) => keyOf(one) === chosen);
  return (
    <>
      {lines.length === 0 ? (
        <EmptyState title="Waiting for a line" hint="Lines of every run that match appear here as they are written." />
      ) : (
        <LogList
          lines={lines}
          label="Lines as they are written"
          chosen={chosen}
          onChoose={setChosen}
          follow={follow && chosen === ''}
          onLookBack={() => setFollow(false)}
          mixed
        />
      )}
      {line && <LogDetail line={line} onClose={() => setChosen('')} />}
      <div className={css.foot}>
        <Status {...STATES[state]} plain />
        <span className={css.count}>
          {plural(lines.length, 'line')}
          {lines.length === MOST_LINES && ', older ones were dropped'}
        </span>
        <Switch label="Follow" checked={follow} onChange={(event) => setFollow(event.currentTarget.checked)} />
        {lines.length > 0 && <Button onClick={() => setLines([])}>Clear</Button>}
      </div>
    </>
  );
}

import { useEffect, useRef, useState } from 'react';
import type { Schemas } from '../../../client/api';
import type { StreamState } from '../../../client/live-connection';
import type { Problem } from '../../../client/problem';
import { useEventStream } from '../../../client/use-event-stream';

type LogEvent = Schemas['LogEvent'];

const FLUSH_MS = 80;

interface RunLog {
  lines: readonly LogEvent[];
  /** `over` once the run is done and its last line is here. */
  state: StreamState;
  problem: Problem | null;
}

/**
 * Follows the log of a run from its first line.
 *
 * Lines that arrive together are shown together. Ids rise along a run, so a line that comes a
 * second time after a broken connection is known by its id.
 */
export function useRunLog(run: string): RunLog {
  const [lines, setLines] = useState<readonly LogEvent[]>([]);
  const arrived = useRef<LogEvent[]>([]);
  const newest = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  function flush(): void {
    timer.current = undefined;
    const fresh = arrived.current;
    arrived.current = [];
    setLines((before) => [...before, ...fresh]);
  }
  const { state, problem } = useEventStream(`/api/live/runs/${encodeURIComponent(run)}`, (event) => {
    if (event.name !== 'log') return;
    const { line } = event.data as Schemas['LogMoved'];
    if (line.id <= newest.current) return;
    newest.current = line.id;
    arrived.current.push(line);
    timer.current ??= setTimeout(flush, FLUSH_MS);
  });
  return { lines, state, problem };
}

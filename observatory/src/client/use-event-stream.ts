import { useDocumentVisibility } from '@mantine/hooks';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { liveConnection, type LiveEvent, type StreamState, type Watch } from './live-connection';
import type { Problem } from './problem';

/**
 * Follows the live stream at a path while a component is on the page.
 *
 * All streams of a page share one connection. A hidden tab holds none; once it is looked at again
 * each stream goes on after the last event that arrived.
 */
export function useEventStream(
  path: string | null,
  onEvent: (event: LiveEvent) => void,
): { state: StreamState; problem: Problem | null } {
  const [state, setState] = useState<StreamState>('connecting');
  const [problem, setProblem] = useState<Problem | null>(null);
  const handle = useEffectEvent(onEvent);
  const visible = useDocumentVisibility() === 'visible';
  const kept = useRef({ path, place: '', over: false });

  useEffect(() => {
    if (kept.current.path !== path) kept.current = { path, place: '', over: false };
    if (path === null || !visible || kept.current.over) return;
    const here = kept.current;
    setProblem(null);
    const watch: Watch = {
      path,
      place: here.place,
      onEvent: (event) => handle(event),
      onState: (next) => {
        here.over = next === 'over';
        setState(next);
      },
      onRefused: setProblem,
    };
    const stop = liveConnection.add(watch);
    return () => {
      here.place = watch.place;
      stop();
    };
  }, [path, visible]);

  return { state, problem };
}

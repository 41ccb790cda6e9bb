import { useDocumentVisibility } from '@mantine/hooks';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { follow, type ServerEvent, type StreamState } from './event-stream';
import type { Problem } from './problem';

/**
 * Follows a live stream while a component is on the page.
 *
 * A hidden tab holds no connection, of which a browser has six for all its tabs; once it is looked
 * at again it goes on after the last event that arrived.
 */
export function useEventStream(
  path: string | null,
  onEvent: (event: ServerEvent) => void,
): { state: StreamState; problem: Problem | null } {
  const [state, setState] = useState<StreamState>('connecting');
  const [problem, setProblem] = useState<Problem | null>(null);
  const handle = useEffectEvent(onEvent);
  const visible = useDocumentVisibility() === 'visible';
  const place = useRef({ path, last: '', over: false });

  useEffect(() => {
    if (place.current.path !== path) place.current = { path, last: '', over: false };
    if (path === null || !visible || place.current.over) return;
    const here = place.current;
    const abort = new AbortController();
    setProblem(null);
    void follow({
      path,
      signal: abort.signal,
      after: here.last,
      onEvent: (event) => {
        if (event.id) here.last = event.id;
        handle(event);
      },
      onState: (next) => {
        if (abort.signal.aborted) return;
        here.over = next === 'over';
        setState(next);
      },
      onRefused: setProblem,
    });
    return () => abort.abort();
  }, [path, visible]);

  return { state, problem };
}

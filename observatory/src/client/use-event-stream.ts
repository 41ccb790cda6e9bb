import { useEffect, useEffectEvent, useState } from 'react';
import { follow, type ServerEvent, type StreamState } from './event-stream';
import type { Problem } from './problem';

/**
 * Follows a live stream while a component is on the page.
 *
 * A hidden tab keeps its stream, since a browser resumes nothing by itself; the shell asks for the
 * runs and refs of hidden tabs only once they are looked at again.
 */
export function useEventStream(
  path: string | null,
  onEvent: (event: ServerEvent) => void,
): { state: StreamState; problem: Problem | null } {
  const [state, setState] = useState<StreamState>('connecting');
  const [problem, setProblem] = useState<Problem | null>(null);
  const handle = useEffectEvent(onEvent);

  useEffect(() => {
    if (path === null) return;
    const abort = new AbortController();
    setProblem(null);
    void follow({
      path,
      signal: abort.signal,
      onEvent: (event) => handle(event),
      onState: (next) => {
        if (!abort.signal.aborted) setState(next);
      },
      onRefused: setProblem,
    });
    return () => abort.abort();
  }, [path]);

  return { state, problem };
}

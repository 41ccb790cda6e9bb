import { useDocumentVisibility } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useEventStream } from '../client/use-event-stream';
import { refreshing } from '../shared/refreshing';

/**
 * Asks again for what is on the page when the lake or a run has moved.
 *
 * Queries whose key begins with `lake` depend on a ref, those with `runs` on Dagster. A hidden tab
 * holds no connection; it asks for all once it is looked at again. It stands behind the sign-in,
 * since a stream that was refused is over.
 */
export function LiveData(): null {
  const client = useQueryClient();
  const visible = useDocumentVisibility() === 'visible';
  const wasHidden = useRef(false);
  const lake = useRef(refreshing(() => void client.invalidateQueries({ queryKey: ['lake'] })));
  const runs = useRef(refreshing(() => void client.invalidateQueries({ queryKey: ['runs'] })));

  useEffect(() => {
    if (visible && wasHidden.current) void client.invalidateQueries();
    wasHidden.current = !visible;
  }, [visible, client]);
  // The first event of a connection says where all refs are, which the page just asked for.
  const seen = useRef(false);
  useEffect(() => {
    seen.current = false;
  }, [visible]);
  useEventStream(visible ? '/api/live/refs' : null, () => {
    if (seen.current) lake.current();
    seen.current = true;
  });
  useEventStream(visible ? '/api/live/runs' : null, () => runs.current());
  return null;
}

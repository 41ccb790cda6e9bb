const QUIET_MS = 800;

/** Returns a function that does something soon after it is called, however often it is called. */
export function refreshing(act: () => void, quietMs = QUIET_MS): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      act();
    }, quietMs);
  };
}

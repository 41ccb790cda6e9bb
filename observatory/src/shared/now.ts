import { useSyncExternalStore } from 'react';

const TICK_MS = 5000;
let now = new Date();
let timer: ReturnType<typeof setInterval> | undefined;
const watchers = new Set<() => void>();

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  timer ??= setInterval(() => {
    now = new Date();
    for (const each of watchers) each();
  }, TICK_MS);
  return () => {
    watchers.delete(watcher);
    if (watchers.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** Returns the time, a few seconds exact; one clock moves all that show it. */
export const useNow = (): Date => useSyncExternalStore(watch, () => now);

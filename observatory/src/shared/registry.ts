import { useSyncExternalStore } from 'react';

/** A list that components put things on while they are on the page, and that others watch. */
export class Registry<T> {
  private readonly held = new Map<symbol, readonly T[]>();
  private readonly watchers = new Set<() => void>();
  private shown: readonly T[] = [];

  add(items: readonly T[]): () => void {
    const place = Symbol('items');
    this.held.set(place, items);
    this.publish();
    return () => {
      this.held.delete(place);
      this.publish();
    };
  }

  readonly all = (): readonly T[] => this.shown;

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  private publish(): void {
    this.shown = [...this.held.values()].flat();
    for (const watcher of this.watchers) watcher();
  }
}

/** Returns what is on a list, and follows it. */
export const useRegistry = <T>(registry: Registry<T>): readonly T[] =>
  useSyncExternalStore(registry.watch, registry.all);

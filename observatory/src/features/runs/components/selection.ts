/** Returns the keys between two places, both included. */
export function between(keys: readonly string[], a: number, b: number): string[] {
  return keys.slice(Math.min(a, b), Math.max(a, b) + 1);
}

/** Returns a selection with keys added, or without them if all were in it. */
export function toggled(chosen: ReadonlySet<string>, keys: readonly string[]): Set<string> {
  const next = new Set(chosen);
  const all = keys.every((key) => next.has(key));
  for (const key of keys) {
    if (all) next.delete(key);
    else next.add(key);
  }
  return next;
}

/** Returns where a key of the keyboard leads in a grid that is `across` wide; null if nowhere. */
export function step(at: number, key: string, across: number, total: number): number | null {
  const moves: Record<string, number> = {
    ArrowRight: at + 1,
    ArrowLeft: at - 1,
    ArrowDown: at + across,
    ArrowUp: at - across,
    Home: 0,
    End: total - 1,
  };
  const next = moves[key];
  return next === undefined || total === 0 ? null : Math.max(0, Math.min(next, total - 1));
}

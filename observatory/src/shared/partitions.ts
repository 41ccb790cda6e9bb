import type { Schemas } from '../client/api';

/** A partition of an asset, and whether it was made. */
export interface Partition {
  key: string;
  state: Schemas['PartitionGrid']['states'][number];
}

const WORST: readonly Partition['state'][] = ['materialized', 'running', 'missing', 'failed'];

/** Returns the partitions that all of several assets have, each in its worst state, in the order of the first. */
export function common(lists: readonly (readonly Partition[])[]): Partition[] {
  const [first = [], ...others] = lists;
  const maps = others.map((list) => new Map(list.map((one) => [one.key, one.state])));
  return first.flatMap(({ key, state }) => {
    const states = [state, ...maps.flatMap((map) => map.get(key) ?? [])];
    if (states.length < lists.length) return [];
    return [{ key, state: states.reduce((a, b) => (WORST.indexOf(b) > WORST.indexOf(a) ? b : a)) }];
  });
}

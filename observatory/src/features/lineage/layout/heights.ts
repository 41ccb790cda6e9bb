import type { Columns } from './columns';

const ROUNDS = 24;
/** The last rounds look both ways. */
const BOTH_WAYS = 4;

/**
 * Returns the middle of each node: near the mean of its neighbours, in order, without overlap.
 *
 * `room` is how much height a node takes, with the gap to the next.
 */
export function middles({ graph, columns }: Columns, room: (node: number) => number): Float64Array {
  const y = new Float64Array(graph.size);
  for (const column of columns) {
    const height = column.reduce((sum, node) => sum + room(node), 0);
    let top = -height / 2;
    for (const node of column) {
      y[node] = top + room(node) / 2;
      top += room(node);
    }
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    const forward = round % 2 === 0;
    for (let step = 0; step < columns.length; step += 1) {
      const column = columns[forward ? step : columns.length - 1 - step] ?? [];
      const wanted = column.map((node) => {
        const both = round >= ROUNDS - BOTH_WAYS;
        const into = both || forward ? (graph.into[node] ?? []) : [];
        const out = both || !forward ? (graph.out[node] ?? []) : [];
        if (into.length + out.length === 0) return y[node] ?? 0;
        let sum = 0;
        for (const other of into) sum += y[other] ?? 0;
        for (const other of out) sum += y[other] ?? 0;
        return sum / (into.length + out.length);
      });
      const placed = nearest(wanted, column.map(room));
      column.forEach((node, at) => (y[node] = placed[at] ?? 0));
    }
  }
  return y;
}

/**
 * Returns places as near to the wanted ones as can be (least squares) in which neighbours keep
 * half the room of both between them. Pools neighbours that want to be in each other's place.
 */
export function nearest(wanted: readonly number[], rooms: readonly number[]): number[] {
  const offsets: number[] = [];
  const pools: { sum: number; size: number }[] = [];
  let offset = 0;
  wanted.forEach((place, at) => {
    if (at > 0) offset += ((rooms[at - 1] ?? 0) + (rooms[at] ?? 0)) / 2;
    offsets.push(offset);
    pools.push({ sum: place - offset, size: 1 });
    for (;;) {
      const [before, last] = [pools.at(-2), pools.at(-1)];
      if (!before || !last || before.sum / before.size <= last.sum / last.size) break;
      before.sum += last.sum;
      before.size += last.size;
      pools.pop();
    }
  });
  return pools
    .flatMap(({ sum, size }) => Array.from({ length: size }, () => sum / size))
    .map((base, at) => base + (offsets[at] ?? 0));
}

import type { Graph } from './graph';

/**
 * Returns the column of each node: one more than the greatest of those it comes from.
 *
 * A source stands just before its first user instead of at the far left. The graph has no cycle.
 */
export function ranksOf(graph: Graph): Int32Array {
  const rank = new Int32Array(graph.size);
  const order = sortedByEdges(graph);
  for (const node of order) {
    for (const to of graph.out[node] ?? []) rank[to] = Math.max(rank[to] ?? 0, (rank[node] ?? 0) + 1);
  }
  for (const node of order.toReversed()) {
    const out = graph.out[node] ?? [];
    if (out.length === 0 || (graph.into[node]?.length ?? 0) > 0) continue;
    rank[node] = Math.min(...out.map((to) => rank[to] ?? 0)) - 1;
  }
  return rank;
}

/** Returns the nodes so that each comes after all that lead to it. */
function sortedByEdges(graph: Graph): number[] {
  const waiting = Int32Array.from(graph.into, (into) => into.length);
  const order: number[] = [];
  for (let node = 0; node < graph.size; node += 1) if (waiting[node] === 0) order.push(node);
  for (const node of order) {
    for (const to of graph.out[node] ?? []) {
      const left = (waiting[to] ?? 0) - 1;
      waiting[to] = left;
      if (left === 0) order.push(to);
    }
  }
  return order;
}

/** A directed graph whose nodes are the numbers from 0 on. */
export interface Graph {
  size: number;
  /** For each node, the nodes its edges lead to. */
  out: number[][];
  /** For each node, the nodes whose edges lead to it. */
  into: number[][];
}

/** Returns a graph of so many nodes without edges. */
export const emptyGraph = (size: number): Graph => ({
  size,
  out: Array.from({ length: size }, () => []),
  into: Array.from({ length: size }, () => []),
});

/** Adds an edge. */
export function connect(graph: Graph, from: number, to: number): void {
  graph.out[from]?.push(to);
  graph.into[to]?.push(from);
}

/**
 * Returns a graph without the edges that close a cycle, without loops and doubles.
 *
 * A walk in depth leaves out each edge that leads back to a node it has not finished; it starts at
 * the sources, so that what is left out points backwards in the reading direction.
 */
export function withoutCycles(graph: Graph): Graph {
  const kept = emptyGraph(graph.size);
  const state = new Uint8Array(graph.size);
  const starts = Array.from({ length: graph.size }, (_, node) => node).sort(
    (a, b) => Number((graph.into[a]?.length ?? 0) > 0) - Number((graph.into[b]?.length ?? 0) > 0) || a - b,
  );
  for (const start of starts) {
    if (state[start] === NEW) walk(graph, kept, state, start);
  }
  return kept;
}

const NEW = 0;
const OPEN = 1;
const DONE = 2;

function walk(graph: Graph, kept: Graph, state: Uint8Array, start: number): void {
  const stack: { node: number; next: number; seen: Set<number> }[] = [];
  const enter = (node: number) => {
    state[node] = OPEN;
    stack.push({ node, next: 0, seen: new Set([node]) });
  };
  enter(start);
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const to = graph.out[top.node]?.[top.next];
    if (to === undefined) {
      state[top.node] = DONE;
      stack.pop();
      continue;
    }
    top.next += 1;
    if (top.seen.has(to) || state[to] === OPEN) continue;
    top.seen.add(to);
    connect(kept, top.node, to);
    if (state[to] === NEW) enter(to);
  }
}

import { connect, emptyGraph, type Graph } from './graph';

/** A graph whose every edge leads from one column to the next. */
export interface Columns {
  graph: Graph;
  /** The nodes of each column, from the top down. From `real` on they only carry a long edge. */
  columns: number[][];
  real: number;
}

/** Cuts edges that pass over columns into steps, with a node that is not drawn in each. */
export function inColumns(graph: Graph, rank: Int32Array): Columns {
  const columns: number[][] = Array.from({ length: Math.max(-1, ...rank) + 1 }, () => []);
  const cut = emptyGraph(graph.size);
  for (let node = 0; node < graph.size; node += 1) columns[rank[node] ?? 0]?.push(node);
  graph.out.forEach((out, from) => {
    for (const to of out) {
      let last = from;
      for (let at = (rank[from] ?? 0) + 1; at < (rank[to] ?? 0); at += 1) {
        const step = cut.size;
        cut.size += 1;
        cut.out.push([]);
        cut.into.push([]);
        columns[at]?.push(step);
        connect(cut, last, step);
        last = step;
      }
      connect(cut, last, to);
    }
  });
  return { graph: cut, columns, real: graph.size };
}

const SWEEPS = 12;

/** Orders every column so that few edges cross: each node at the mean place of its neighbours. */
export function withFewCrossings({ graph, columns, real }: Columns): Columns {
  const place = new Float64Array(graph.size);
  const mark = (column: readonly number[]) => column.forEach((node, at) => (place[node] = at));
  let order = connectedFirst(graph, columns);
  order.forEach(mark);
  let best = order.map((column) => [...column]);
  let fewest = crossings(graph, order, place);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep += 1) {
    const forward = sweep % 2 === 0;
    const beside = forward ? graph.into : graph.out;
    for (let step = 1; step < order.length; step += 1) {
      const column = order[forward ? step : order.length - 1 - step] ?? [];
      const means = new Map(column.map((node) => [node, meanPlace(beside[node] ?? [], place, node)]));
      column.sort((a, b) => (means.get(a) ?? 0) - (means.get(b) ?? 0));
      mark(column);
    }
    const crossed = crossings(graph, order, place);
    if (crossed < fewest) {
      fewest = crossed;
      best = order.map((column) => [...column]);
    }
  }
  order = best;
  return { graph, columns: order, real };
}

function meanPlace(beside: readonly number[], place: Float64Array, node: number): number {
  if (beside.length === 0) return place[node] ?? 0;
  let sum = 0;
  for (const other of beside) sum += place[other] ?? 0;
  return sum / beside.length;
}

/** Returns columns in which what is connected starts out together. */
function connectedFirst(graph: Graph, columns: readonly number[][]): number[][] {
  const columnOf = new Int32Array(graph.size);
  columns.forEach((column, at) => column.forEach((node) => (columnOf[node] = at)));
  const seen = new Uint8Array(graph.size);
  const order: number[][] = columns.map(() => []);
  for (const start of columns.flat()) {
    const stack = [start];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      if (seen[node]) continue;
      seen[node] = 1;
      order[columnOf[node] ?? 0]?.push(node);
      stack.push(...(graph.out[node] ?? []), ...(graph.into[node] ?? []));
    }
  }
  return order;
}

/** Counts the pairs of edges that cross, column by column, with a tree of sums. */
export function crossings(graph: Graph, columns: readonly number[][], place: Float64Array): number {
  let total = 0;
  for (let at = 1; at < columns.length; at += 1) {
    const edges = (columns[at - 1] ?? []).flatMap((node) =>
      (graph.out[node] ?? []).map((to) => [place[node] ?? 0, place[to] ?? 0] as const),
    );
    edges.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    total += inversions(edges.map(([, to]) => to), (columns[at] ?? []).length);
  }
  return total;
}

function inversions(places: readonly number[], size: number): number {
  const tree = new Int32Array(size + 2);
  let found = 0;
  places.forEach((value, before) => {
    let notGreater = 0;
    for (let at = value + 1; at > 0; at -= at & -at) notGreater += tree[at] ?? 0;
    found += before - notGreater;
    for (let at = value + 1; at <= size; at += at & -at) tree[at] = (tree[at] ?? 0) + 1;
  });
  return found;
}

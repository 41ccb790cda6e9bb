import { inColumns, withFewCrossings, type Columns } from './columns';
import { connect, emptyGraph, withoutCycles } from './graph';
import { middles } from './heights';
import { ranksOf } from './ranks';

/** How big nodes are and how far apart. */
export interface Sizes {
  width: number;
  height: number;
  gapX: number;
  gapY: number;
}

export interface Point {
  x: number;
  y: number;
}

export const SIZES: Sizes = { width: 196, height: 44, gapX: 92, gapY: 14 };

/** Columns higher than this many nodes are wrapped once a graph is big. */
const TALL = 14;
const BIG = 80;
const WIDE = 1.45;
const SHIFT = 22;

/**
 * Lays a graph out from left to right and returns where each node's upper left corner is.
 *
 * Edges that name an unknown node, loops and doubles are passed over; an edge that closes a cycle
 * is drawn backwards.
 */
export function layered(
  ids: readonly string[],
  edges: readonly { source: string; target: string }[],
  sizes: Sizes = SIZES,
): Map<string, Point> {
  const number = new Map(ids.map((id, at) => [id, at]));
  const graph = emptyGraph(ids.length);
  for (const { source, target } of edges) {
    const [from, to] = [number.get(source), number.get(target)];
    if (from !== undefined && to !== undefined && from !== to) connect(graph, from, to);
  }
  const straight = withoutCycles(graph);
  const ordered = withFewCrossings(inColumns(straight, ranksOf(straight)));
  return place(ids, ordered, sizes);
}

function place(ids: readonly string[], ordered: Columns, sizes: Sizes): Map<string, Point> {
  const { columns, real } = ordered;
  const drawn = columns.map((column) => column.filter((node) => node < real));
  const wraps = wrapsOf(drawn.map((column) => column.length), sizes);
  const wrapOf = new Float64Array(ordered.graph.size).fill(1);
  columns.forEach((column, at) => column.forEach((node) => (wrapOf[node] = wraps[at] ?? 1)));
  const full = sizes.height + sizes.gapY;
  const y = middles(ordered, (node) => (node < real ? full / (wrapOf[node] ?? 1) : sizes.gapY / 2));
  const found = new Map<string, Point>();
  let left = 0;
  drawn.forEach((column, at) => {
    const wrap = wraps[at] ?? 1;
    column.forEach((node, order) => {
      const x = left + (order % wrap) * (sizes.width + SHIFT);
      found.set(ids[node] ?? '', { x, y: (y[node] ?? 0) - sizes.height / 2 });
    });
    left += (wrap - 1) * (sizes.width + SHIFT) + sizes.width + sizes.gapX;
  });
  return found;
}

/** Returns into how many columns beside each other each column is wrapped, to fit a screen. */
function wrapsOf(counts: readonly number[], sizes: Sizes): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let wraps = counts.map(() => 1);
  if (total <= BIG) return wraps;
  for (let rows = Math.max(...counts); rows > TALL; rows = Math.floor(rows * 0.9)) {
    wraps = counts.map((count) => Math.max(1, Math.ceil(count / rows)));
    const width = wraps.reduce((sum, wrap) => sum + wrap * (sizes.width + SHIFT) + sizes.gapX - SHIFT, 0);
    if (width / (rows * (sizes.height + sizes.gapY)) >= WIDE) break;
  }
  return wraps;
}

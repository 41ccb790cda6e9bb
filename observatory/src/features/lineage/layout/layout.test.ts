import { describe, expect, it } from 'vitest';
import { crossings, inColumns, withFewCrossings } from './columns';
import { connect, emptyGraph, withoutCycles } from './graph';
import { nearest } from './heights';
import { layered, SIZES } from './layout';
import { ranksOf } from './ranks';

function graphOf(size: number, edges: readonly (readonly [number, number])[]) {
  const graph = emptyGraph(size);
  for (const [from, to] of edges) connect(graph, from, to);
  return graph;
}

/** Numbers that look random and are the same each time. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function randomGraph(size: number, edges: number, seed: number) {
  const roll = dice(seed);
  const ids = Array.from({ length: size }, (_, at) => `n${at}`);
  const pick = () => ids[Math.floor(roll() * size)] ?? '';
  return { ids, edges: Array.from({ length: edges }, () => ({ source: pick(), target: pick() })) };
}

function expectApart(points: Map<string, { x: number; y: number }>) {
  const all = [...points.values()].sort((a, b) => a.y - b.y);
  const over = all.flatMap((a, at) =>
    all
      .slice(at + 1)
      .filter((b) => b.y - a.y < SIZES.height - 1e-6 && Math.abs(a.x - b.x) < SIZES.width - 1e-6)
      .map((b) => [a, b]),
  );
  expect(over).toEqual([]);
  expect(all.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
}

describe('cycles', () => {
  it('lose the edge that closes them, and nothing else', () => {
    const kept = withoutCycles(graphOf(3, [[0, 1], [1, 2], [2, 0]]));
    expect(kept.out).toEqual([[1], [2], []]);
  });
  it('of one node and doubles are left out', () => {
    expect(withoutCycles(graphOf(2, [[0, 0], [0, 1], [0, 1]])).out).toEqual([[1], []]);
  });
  it('are entered from the sources, so that what points backwards is left out', () => {
    const kept = withoutCycles(graphOf(3, [[1, 0], [0, 1], [2, 0]]));
    expect(kept.out).toEqual([[1], [], [0]]);
  });
});

describe('columns', () => {
  it('follow the longest way, and a source stands just before its first user', () => {
    const rank = ranksOf(graphOf(5, [[0, 1], [1, 2], [0, 2], [3, 2], [2, 4]]));
    expect([...rank]).toEqual([0, 1, 2, 1, 3]);
  });
  it('carry long edges in steps', () => {
    const graph = graphOf(3, [[0, 1], [1, 2], [0, 2]]);
    const { columns, graph: cut } = inColumns(graph, ranksOf(graph));
    expect(columns).toEqual([[0], [1, 3], [2]]);
    expect(cut.out[0]).toEqual([1, 3]);
    expect(cut.out[3]).toEqual([2]);
  });
  it('are ordered so that edges which need not cross do not', () => {
    const graph = graphOf(6, [[0, 5], [1, 4], [2, 3]]);
    const { columns } = withFewCrossings({ graph, columns: [[0, 1, 2], [3, 4, 5]], real: 6 });
    const place = new Float64Array(6);
    columns.forEach((column) => column.forEach((node, at) => (place[node] = at)));
    expect(crossings(graph, columns, place)).toBe(0);
  });
  it('count a crossing once for each pair of edges', () => {
    const graph = graphOf(4, [[0, 2], [0, 3], [1, 2], [1, 3]]);
    expect(crossings(graph, [[0, 1], [2, 3]], Float64Array.from([0, 1, 0, 1]))).toBe(1);
  });
});

describe('heights', () => {
  it('are the wanted ones where there is room', () => {
    expect(nearest([0, 100, 200], [10, 10, 10])).toEqual([0, 100, 200]);
  });
  it('share the way where nodes want the same place', () => {
    expect(nearest([50, 50, 50], [10, 10, 10])).toEqual([40, 50, 60]);
  });
  it('keep the order even against what is wanted', () => {
    expect(nearest([100, 0], [10, 10])).toEqual([45, 55]);
  });
});

describe('the layout', () => {
  it('of nothing is nothing, and of one node is one place', () => {
    expect(layered([], []).size).toBe(0);
    expect(layered(['a'], []).size).toBe(1);
  });
  it('passes over loops and edges to unknown nodes', () => {
    expectApart(layered(['a', 'b'], [{ source: 'a', target: 'a' }, { source: 'a', target: 'gone' }]));
  });
  it('leads from left to right', () => {
    const at = layered(['c', 'b', 'a'], [{ source: 'a', target: 'b' }, { source: 'b', target: 'c' }]);
    expect([at.get('a')?.x, at.get('b')?.x, at.get('c')?.x]).toEqual([0, 288, 576]);
  });
  it.each([1, 2, 3])('of any graph puts every node somewhere and none over another (%i)', (seed) => {
    const { ids, edges } = randomGraph(120 * seed, 260 * seed, seed);
    const points = layered(ids, edges);
    expect(points.size).toBe(ids.length);
    expectApart(points);
  });
  it('of a chain of 300 is as wide as it is long', () => {
    const ids = Array.from({ length: 300 }, (_, at) => `n${at}`);
    const edges = ids.slice(1).map((target, at) => ({ source: ids[at] ?? '', target }));
    const points = layered(ids, edges);
    expect(points.get('n299')?.x).toBe(299 * (SIZES.width + SIZES.gapX));
    expectApart(points);
  });
  it('is the same each time', () => {
    const { ids, edges } = randomGraph(80, 160, 9);
    expect(layered(ids, edges)).toEqual(layered(ids, edges));
  });
});

import type { Schemas } from '../../client/api';

export type Asset = Schemas['LineageNode'];
export type Edge = Schemas['LineageEdge'];
export type Way = 'both' | 'upstream' | 'downstream';

/** Assets with what leads to each and what each leads to. */
export interface Network {
  assets: Map<string, Asset>;
  up: Map<string, string[]>;
  down: Map<string, string[]>;
}

/** Returns assets and edges in a shape that can be walked. */
export function networkOf(nodes: readonly Asset[], edges: readonly Edge[]): Network {
  const up = new Map<string, string[]>();
  const down = new Map<string, string[]>();
  const add = (map: Map<string, string[]>, key: string, value: string) => {
    const held = map.get(key);
    if (held) held.push(value);
    else map.set(key, [value]);
  };
  for (const { source, target } of edges) {
    add(down, source, target);
    add(up, target, source);
  }
  return { assets: new Map(nodes.map((node) => [node.asset, node])), up, down };
}

/** How far an asset is from the one in focus, and on which side: negative is upstream. */
export type Reach = Map<string, number>;

/** Returns what an asset is made from and what is made from it, to so many steps. */
export function reachOf(network: Network, focus: string, way: Way, depth: number): Reach {
  const found: Reach = new Map([[focus, 0]]);
  if (way !== 'downstream') walk(network.up, focus, depth, -1, found);
  if (way !== 'upstream') walk(network.down, focus, depth, 1, found);
  return found;
}

function walk(beside: Map<string, string[]>, focus: string, depth: number, sign: number, found: Reach): void {
  let at = [focus];
  for (let step = 1; step <= depth && at.length > 0; step += 1) {
    const next: string[] = [];
    for (const id of at) {
      for (const other of beside.get(id) ?? []) {
        if (found.has(other)) continue;
        found.set(other, sign * step);
        next.push(other);
      }
    }
    at = next;
  }
}

/** Whether an edge lies on a way through the asset in focus. */
export function isLit({ source, target }: Edge, reach: Reach): boolean {
  const [from, to] = [reach.get(source), reach.get(target)];
  if (from === undefined || to === undefined) return false;
  return (from <= 0 && to <= 0) || (from >= 0 && to >= 0);
}

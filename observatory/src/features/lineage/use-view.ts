import { useMemo } from 'react';
import type { Schemas } from '../../client/api';
import { useUrlState } from '../../shared/url-state';
import { lookThrough, type Lens } from './lenses';
import { networkOf, reachOf, type Way } from './reach';

const NO_END = 1000;

/** What of the graph is looked at, all of it from the address. */
export function useView(graph: Schemas['AssetGraph']) {
  const [focus, setFocus] = useUrlState('focus', '');
  const [way, setWay] = useUrlState<Way>('way', 'both');
  const [steps, setSteps] = useUrlState('steps', 'all');
  const [lens, setLens] = useUrlState<Lens>('lens', 'status');
  const [rest, setRest] = useUrlState<'dim' | 'hide'>('rest', 'dim');
  const network = useMemo(() => networkOf(graph.nodes, graph.edges), [graph]);
  const known = network.assets.get(focus) ? focus : '';
  const depth = steps === 'all' ? NO_END : Number(steps) || NO_END;
  const reach = useMemo(() => (known ? reachOf(network, known, way, depth) : null), [network, known, way, depth]);
  const look = useMemo(() => lookThrough(lens, graph.nodes), [lens, graph]);
  const unknown = focus !== known ? focus : '';
  return { network, focus: known, unknown, setFocus, way, setWay, steps, setSteps, lens, setLens, rest, setRest, reach, look };
}

export type View = ReturnType<typeof useView>;

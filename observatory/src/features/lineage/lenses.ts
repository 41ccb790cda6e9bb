import { layerColour } from '../../shared/layer';
import { fillOf } from '../../shared/meter';
import { sayFreshness, sayHealth, type Said } from '../../shared/words';
import type { Asset } from './reach';

/** What the colours of the graph say. */
export const LENSES = [
  { value: 'status', label: 'Status' },
  { value: 'freshness', label: 'Freshness' },
  { value: 'namespace', label: 'Layer' },
  { value: 'owner', label: 'Owner' },
] as const;

export type Lens = (typeof LENSES)[number]['value'];

/** What an asset is under a lens: a colour, a word, and a state if it is one. */
export interface Seen {
  colour: string;
  word: string;
  said: Said | null;
}

const OWNERS = ['--layer-marts', '--layer-staging', '--layer-other', '--run-fill', '--layer-intermediate', '--warn-fill', '--layer-raw'];
const NOBODY = 'no owner';

/** Returns a function that looks at assets through a lens. */
export function lookThrough(lens: Lens, assets: Iterable<Asset>): (asset: Asset) => Seen {
  if (lens === 'status') return (asset) => bySaid(asset.external ? EXTERNAL : sayHealth(asset.health));
  if (lens === 'freshness') return (asset) => bySaid(asset.external ? EXTERNAL : sayFreshness(asset.freshness));
  if (lens === 'namespace') {
    return ({ namespace }) => ({ colour: layerColour(namespace), word: namespace || 'outside', said: null });
  }
  const owners = [...new Set([...assets].map(ownerOf))].filter((owner) => owner !== NOBODY).sort();
  return (asset) => {
    const word = ownerOf(asset);
    const token = OWNERS[owners.indexOf(word) % OWNERS.length] ?? '--idle-fill';
    return { colour: `var(${token})`, word, said: null };
  };
}

const EXTERNAL: Said = { tone: 'idle', word: 'External' };
const bySaid = (said: Said): Seen => ({ colour: fillOf(said.tone), word: said.word, said });
const ownerOf = (asset: Asset): string => asset.owners[0] ?? NOBODY;

/** Returns each look of the assets once, the most frequent first, with how many have it. */
export function legendOf(assets: Iterable<Asset>, look: (asset: Asset) => Seen): (Seen & { count: number })[] {
  const found = new Map<string, Seen & { count: number }>();
  for (const asset of assets) {
    const seen = look(asset);
    const held = found.get(seen.word);
    if (held) held.count += 1;
    else found.set(seen.word, { ...seen, count: 1 });
  }
  return [...found.values()].sort((a, b) => b.count - a.count);
}

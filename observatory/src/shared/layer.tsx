import css from './text.module.css';

const ORDER = ['raw', 'staging', 'intermediate', 'marts'];
const NAMED = new Set(ORDER);

/** Returns the token of the colour of a namespace. */
export const layerColour = (namespace: string): string =>
  `var(--layer-${NAMED.has(namespace) ? namespace : 'other'})`;

const rank = (namespace: string): number =>
  NAMED.has(namespace) ? ORDER.indexOf(namespace) : ORDER.length;

/** Compares namespaces by the way data takes through them, the others by name behind. */
export const byLayer = (a: string, b: string): number => rank(a) - rank(b) || a.localeCompare(b);

/** The small square that stands for a namespace. Its name stands beside it, always. */
export function Layer({ namespace }: { namespace: string }) {
  return <i className={css.layer} style={{ background: layerColour(namespace) }} aria-hidden />;
}

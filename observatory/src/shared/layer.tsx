import css from './text.module.css';

const NAMED = new Set(['raw', 'staging', 'intermediate', 'marts']);

/** Returns the token of the colour of a namespace. */
export const layerColour = (namespace: string): string =>
  `var(--layer-${NAMED.has(namespace) ? namespace : 'other'})`;

/** The small square that stands for a namespace. Its name stands beside it, always. */
export function Layer({ namespace }: { namespace: string }) {
  return <i className={css.layer} style={{ background: layerColour(namespace) }} aria-hidden />;
}

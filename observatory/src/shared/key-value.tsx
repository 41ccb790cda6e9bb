import { Fragment, type ReactNode } from 'react';
import css from './text.module.css';

interface Props {
  /** Names with their values, in order; one whose value is undefined is left out. */
  pairs: readonly (readonly [name: string, value: ReactNode])[];
  /** Whether values stand at the right end, as in a side panel. */
  end?: boolean;
}

/** Names with values, one a line. */
export function KeyValue({ pairs, end = false }: Props) {
  return (
    <dl className={css.pairs} data-end={end || undefined}>
      {pairs.map(([name, value]) =>
        value === undefined ? null : (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ),
      )}
    </dl>
  );
}

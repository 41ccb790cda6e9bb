import type { ReactNode } from 'react';
import css from './toolbar.module.css';

interface Props {
  /** What it filters or does, for a reader of the screen. */
  label: string;
  children: ReactNode;
  /** What stands at the right end. */
  end?: ReactNode;
}

/** A line of filters and switches above a list. */
export function Toolbar({ label, children, end }: Props) {
  return (
    <div className={css.bar} role="group" aria-label={label}>
      {children}
      {end !== undefined && <div className={css.end}>{end}</div>}
    </div>
  );
}

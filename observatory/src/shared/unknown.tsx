import css from './text.module.css';
import { UNKNOWN } from './format';

/** Stands where nothing was measured, and says why. */
export function Unknown({ why }: { why: string }) {
  return (
    <em className={css.unknown} title={why}>
      {UNKNOWN}
    </em>
  );
}

interface Props<T> {
  value: T | null | undefined;
  /** Why there may be no value. */
  why: string;
  children: (value: T) => string;
}

/** A measured value, or the look of one that is not known. */
export function Measured<T>({ value, why, children }: Props<T>) {
  if (value === null || value === undefined) return <Unknown why={why} />;
  return <span className="num">{children(value)}</span>;
}

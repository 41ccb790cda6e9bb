import css from './states.module.css';

const WIDTHS = ['62%', '48%', '70%', '55%', '66%', '42%'];

/** A block where something is about to be. */
export function Skeleton({ width, height }: { width?: number | string; height: number | string }) {
  return <span className={css.bone} style={{ width: width ?? '100%', height }} aria-hidden />;
}

/** Lines where a list is about to be. */
export function SkeletonRows({ rows = 6 }: { rows?: number }) {
  return (
    <div role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, at) => (
        <div key={at} className={css.row}>
          <Skeleton width={WIDTHS[at % WIDTHS.length] ?? '60%'} height={10} />
        </div>
      ))}
    </div>
  );
}

import type { Tone } from './words';
import css from './charts.module.css';

const FILLS: Record<Tone, string> = {
  ok: 'var(--ok-fill)',
  warn: 'var(--warn-fill)',
  bad: 'var(--bad-fill)',
  run: 'var(--run-fill)',
  idle: 'var(--idle-fill)',
  unknown: 'var(--idle-fill)',
};

/** Returns the token that fills bars of a tone. */
export const fillOf = (tone: Tone): string => FILLS[tone];

/** How much of something is used: 0 to 1, shown full beyond. */
export function Meter({ share, tone, label }: { share: number; tone: Tone; label: string }) {
  const width = `${Math.max(0, Math.min(1, share)) * 100}%`;
  return (
    <div className={css.meter} role="img" aria-label={label}>
      <i style={{ width, background: fillOf(tone) }} />
    </div>
  );
}

/** How a whole divides among tones. */
export function Split({ parts, label }: { parts: readonly { tone: Tone; size: number }[]; label: string }) {
  return (
    <div className={css.split} role="img" aria-label={label}>
      {parts.map(({ tone, size }) =>
        size > 0 ? <i key={tone} style={{ flex: size, background: fillOf(tone) }} /> : null,
      )}
    </div>
  );
}

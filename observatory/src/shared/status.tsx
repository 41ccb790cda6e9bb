import {
  AlertTriangle,
  Check,
  CircleDashed,
  CircleHelp,
  LoaderCircle,
  X,
  type LucideIcon,
} from 'lucide-react';
import type { Said, Tone } from './words';
import css from './status.module.css';

const ICONS: Record<Tone, LucideIcon> = {
  ok: Check,
  warn: AlertTriangle,
  bad: X,
  run: LoaderCircle,
  idle: CircleDashed,
  unknown: CircleHelp,
};

interface Props extends Said {
  /** Only icon and word, without the tint. */
  plain?: boolean;
  title?: string | undefined;
}

/** A state as icon, word and tint, never colour alone. Say it with the words of `words.ts`. */
export function Status({ tone, word, plain = false, title }: Props) {
  const Icon = ICONS[tone];
  return (
    <span
      className={plain ? `${css.status} ${css.plain}` : css.status}
      data-tone={tone}
      title={title}
    >
      <Icon size={12} strokeWidth={2.5} className={tone === 'run' ? 'spin' : undefined} aria-hidden />
      {word}
    </span>
  );
}

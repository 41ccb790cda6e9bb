import { Telescope, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import css from './states.module.css';

interface Props {
  /** What is missing: "No run has failed", "No table matches". */
  title: string;
  /** Why, and what fills it. */
  hint?: ReactNode;
  /** The one action that fills it. */
  action?: ReactNode;
  icon?: LucideIcon;
  compact?: boolean;
}

/** Says honestly that there is nothing, and what would change that. */
export function EmptyState({ title, hint, action, icon: Icon = Telescope, compact }: Props) {
  return (
    <div className={compact ? `${css.state} ${css.compact}` : css.state}>
      {!compact && (
        <span className={css.icon}>
          <Icon size={20} strokeWidth={1.6} aria-hidden />
        </span>
      )}
      <p className={css.title}>{title}</p>
      {hint !== undefined && <p className={css.hint}>{hint}</p>}
      {action && <div className={css.actions}>{action}</div>}
    </div>
  );
}

import { Button } from '@mantine/core';
import { OctagonX, RotateCw } from 'lucide-react';
import { asProblem } from '../client/problem';
import css from './states.module.css';

interface Props {
  error: unknown;
  onRetry?: (() => void) | undefined;
  compact?: boolean;
}

/** What failed, what to do about it, and a way to try again. */
export function ErrorState({ error, onRetry, compact }: Props) {
  const problem = asProblem(error);
  return (
    <div className={compact ? `${css.state} ${css.compact}` : css.state} role="alert">
      {!compact && (
        <span className={css.icon} data-bad>
          <OctagonX size={20} strokeWidth={1.6} aria-hidden />
        </span>
      )}
      <p className={css.title}>{problem.message}</p>
      {problem.fix && <p className={css.hint}>Fix: {problem.fix}</p>}
      <p className={`${css.code} mono`}>{problem.code}</p>
      {onRetry && (
        <div className={css.actions}>
          <Button leftSection={<RotateCw size={13} aria-hidden />} onClick={onRetry}>
            Try again
          </Button>
        </div>
      )}
    </div>
  );
}

import { useClipboard } from '@mantine/hooks';
import { Check, Copy } from 'lucide-react';
import type { ReactNode } from 'react';
import { Layer } from './layer';
import css from './text.module.css';

interface Props {
  /** The whole name; it is what is copied. */
  name: string;
  /** What is shown of it, if not all: a short hash, a link. */
  children?: ReactNode;
  /** The namespace of a table, for its square. */
  namespace?: string | undefined;
  copy?: boolean;
}

/** A table, branch, commit, run or column: in the fixed font, to be copied. */
export function Identifier({ name, children, namespace, copy = false }: Props) {
  const clipboard = useClipboard({ timeout: 1200 });
  return (
    <span className={`${css.identifier} mono`} title={name}>
      {namespace !== undefined && <Layer namespace={namespace} />}
      <span className="trunc">{children ?? name}</span>
      {copy && (
        <button
          type="button"
          className={css.copy}
          aria-label={clipboard.copied ? 'Copied' : `Copy ${name}`}
          onClick={() => clipboard.copy(name)}
        >
          {clipboard.copied ? <Check size={12} aria-hidden /> : <Copy size={12} aria-hidden />}
        </button>
      )}
    </span>
  );
}

import { useClipboard } from '@mantine/hooks';
import { Check, Copy } from 'lucide-react';
import css from './code-block.module.css';

/** Text to run elsewhere, with a button that copies it whole. */
export function CodeBlock({ code, label }: { code: string; label: string }) {
  const clipboard = useClipboard({ timeout: 1200 });
  const Icon = clipboard.copied ? Check : Copy;
  return (
    <div className={css.block}>
      <pre className="mono" tabIndex={0} aria-label={label}>
        {code}
      </pre>
      <button
        type="button"
        aria-label={clipboard.copied ? 'Copied' : `Copy ${label}`}
        onClick={() => clipboard.copy(code)}
      >
        <Icon size={13} aria-hidden />
        {clipboard.copied ? 'Copied' : 'Copy'}
      </button>
    </div>
  );
}

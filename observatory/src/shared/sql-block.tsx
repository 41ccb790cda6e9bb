import { Button } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { Check, Copy, SquareTerminal } from 'lucide-react';
import { useLakeRef } from './lake-ref';
import { LinkButton } from './link-button';
import css from './toolbar.module.css';

interface Props {
  sql: string;
  /** The commit or ref it ran on, where it is not that of the page. */
  at?: string | null | undefined;
}

/** A statement as it ran: to read, to copy, to run again. */
export function SqlBlock({ sql, at }: Props) {
  const clipboard = useClipboard({ timeout: 1200 });
  const ref = useLakeRef();
  return (
    <div className={css.block}>
      <pre className={`${css.sql} mono`} tabIndex={0} aria-label="SQL">
        {sql.trim()}
      </pre>
      <div className={css.sqlActions}>
        <LinkButton to="/data" search={{ sql, ref: at ?? ref }} leftSection={<SquareTerminal size={13} aria-hidden />}>
          Open in the console
        </LinkButton>
        <Button
          leftSection={clipboard.copied ? <Check size={13} aria-hidden /> : <Copy size={13} aria-hidden />}
          onClick={() => clipboard.copy(sql)}
        >
          {clipboard.copied ? 'Copied' : 'Copy'}
        </Button>
      </div>
    </div>
  );
}

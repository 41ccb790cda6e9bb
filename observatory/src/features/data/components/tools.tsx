import { Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { Download, Link2, Play, Save, Square } from 'lucide-react';
import { useState } from 'react';
import { asProblem } from '../../../client/problem';
import { runStatement, type Format } from '../../../client/query-stream';
import { count } from '../../../shared/format';
import { connectionQuery } from '../api/queries';
import css from './data.module.css';

interface Props {
  running: boolean;
  /** The statement that an export runs: that at the cursor. */
  statement: () => string;
  gitRef: string;
  /** The address that opens what is written now. */
  address: () => string;
  onRun: () => void;
  onCancel: () => void;
  onSave: () => void;
}

const SHARED_MOST = 6000;
const ENDINGS: Record<Format, string> = { csv: 'csv', parquet: 'parquet', arrow: 'arrows' };

/** What is done with a statement: run, cancel, save, share, export. */
export function Tools({ running, statement, gitRef, address, onRun, onCancel, onSave }: Props) {
  const connection = useQuery(connectionQuery);
  return (
    <div className={css.bar}>
      {running ? (
        <Button color="red" leftSection={<Square size={12} aria-hidden />} onClick={onCancel}>
          Cancel
        </Button>
      ) : (
        <Button variant="filled" leftSection={<Play size={13} aria-hidden />} onClick={onRun}>
          Run
        </Button>
      )}
      <span className={css.hint} title="Ctrl Enter runs the statement at the cursor">
        Ctrl Enter runs the statement at the cursor
        {connection.data && (
          <>
            {' '}
            on {connection.data.engine} {connection.data.version}, {count(connection.data.limits.rows)} rows at most
          </>
        )}
      </span>
      <div className={css.end}>
        <Button leftSection={<Save size={13} aria-hidden />} onClick={onSave}>
          Save
        </Button>
        <Button leftSection={<Link2 size={13} aria-hidden />} onClick={() => void share(address())}>
          Share
        </Button>
        <Export statement={statement} gitRef={gitRef} />
      </div>
    </div>
  );
}

async function share(address: string): Promise<void> {
  if (address.length > SHARED_MOST) {
    notifications.show({ color: 'yellow', message: 'Too long for a link: save the query and share that.' });
    return;
  }
  try {
    await navigator.clipboard.writeText(address);
    notifications.show({ message: 'The link is copied: it opens this text on this ref.' });
  } catch {
    // A browser lets a page copy only over https or from this machine, and only if it may.
    notifications.show({ title: 'Copy this link', message: address, autoClose: false });
  }
}

function Export({ statement, gitRef }: Pick<Props, 'statement' | 'gitRef'>) {
  const [busy, setBusy] = useState(false);
  async function save(format: Format): Promise<void> {
    setBusy(true);
    try {
      const response = await runStatement(format, { sql: statement(), ref: gitRef });
      const address = URL.createObjectURL(await response.blob());
      const link = document.createElement('a');
      link.href = address;
      link.download = `query.${ENDINGS[format]}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
    } catch (error) {
      const { message, fix } = asProblem(error);
      notifications.show({ color: 'red', title: message, message: fix });
    } finally {
      setBusy(false);
    }
  }
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button leftSection={<Download size={13} aria-hidden />} loading={busy}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Runs the statement again, all rows</Menu.Label>
        <Menu.Item onClick={() => void save('csv')}>CSV</Menu.Item>
        <Menu.Item onClick={() => void save('parquet')}>Parquet</Menu.Item>
        <Menu.Item onClick={() => void save('arrow')}>Arrow stream</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

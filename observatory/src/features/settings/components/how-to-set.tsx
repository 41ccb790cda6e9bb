import { ActionIcon, Button } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { X } from 'lucide-react';
import type { Schemas } from '../../../client/api';
import { Card } from '../../../shared/page';
import { linesFor } from './json-schema';
import css from './settings.module.css';

/** How a setting is changed: settings are files of the project, so that they have a history. */
export function HowToSet({ setting, onClose }: { setting: Schemas['Setting']; onClose: () => void }) {
  const clipboard = useClipboard({ timeout: 1200 });
  const lines = linesFor(setting.file, setting.name, setting.value);
  return (
    <Card
      title={<span className="mono">{setting.name}</span>}
      sub="how to change it"
      actions={
        <ActionIcon aria-label="Close" onClick={onClose}>
          <X size={15} aria-hidden />
        </ActionIcon>
      }
    >
      <p className={css.change}>
        Write this into <span className="mono">{setting.file}</span> with the value you want, then restart: phlo services stop, phlo services
        start.
      </p>
      <pre className={`${css.lines} mono`} tabIndex={0} aria-label="Lines to write">
        {lines}
      </pre>
      <div className={css.row}>
        <Button onClick={() => clipboard.copy(lines)}>{clipboard.copied ? 'Copied' : 'Copy'}</Button>
      </div>
    </Card>
  );
}

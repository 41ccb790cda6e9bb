import { Modal } from '@mantine/core';
import { useRegistry } from '../shared/registry';
import { shortcuts, type Shortcut } from '../shared/shortcuts';
import css from './shell.module.css';

const isMac = navigator.platform.startsWith('Mac');
const NAMES: Record<string, string> = {
  mod: isMac ? '⌘' : 'Ctrl',
  alt: isMac ? '⌥' : 'Alt',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
};

/** Lists the shortcuts of what is on the page now. */
export default function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const groups = grouped(useRegistry(shortcuts));
  return (
    <Modal opened onClose={onClose} title="Keyboard" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      <div className={css.sheet}>
        {groups.map(([group, listed]) => (
          <section key={group}>
            <h3>{group}</h3>
            {listed.map(({ keys, label }) => (
              <div className={css.sheetRow} key={keys + label}>
                <span>{label}</span>
                <span>
                  {keys.split(/[ +]/).map((key) => (
                    <kbd className={css.key} key={key}>
                      {NAMES[key] ?? key}
                    </kbd>
                  ))}
                </span>
              </div>
            ))}
          </section>
        ))}
      </div>
    </Modal>
  );
}

function grouped(all: readonly Shortcut[]): [string, Shortcut[]][] {
  const groups = new Map<string, Map<string, Shortcut>>();
  for (const shortcut of all) {
    const group = groups.get(shortcut.group) ?? new Map<string, Shortcut>();
    group.set(`${shortcut.keys}\n${shortcut.label}`, shortcut);
    groups.set(shortcut.group, group);
  }
  return [...groups].map(([name, listed]) => [name, [...listed.values()]]);
}

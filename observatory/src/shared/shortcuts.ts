import { useEffect, useEffectEvent } from 'react';
import { Registry } from './registry';

/**
 * A shortcut. `keys` is one key ("?", "j", "Escape"), a chord ("g d") or a combination
 * ("mod+k", where mod is Ctrl, or Cmd on a Mac).
 */
export interface Shortcut {
  keys: string;
  label: string;
  group: string;
  run?: () => void;
  /** Also while text is edited; combinations with mod usually want that. */
  whileTyping?: boolean;
}

/** The shortcuts of what is on the page now. */
export const shortcuts = new Registry<Shortcut>();

/**
 * Offers shortcuts while a component is on the page; the sheet under ? lists them.
 *
 * One without `run` is only listed: the component handles its keys itself.
 */
export function useShortcuts(offered: readonly Shortcut[]): void {
  const run = useEffectEvent((at: number) => offered[at]?.run?.());
  const fixed = offered.map((s) => [s.keys, s.label, s.group, !!s.run, !!s.whileTyping].join('\n'));
  const key = fixed.join('\0');
  useEffect(() => {
    if (key === '') return;
    const listed = key.split('\0').map((line, at): Shortcut => {
      const [keys = '', label = '', group = '', runs, typing] = line.split('\n');
      const whileTyping = typing === 'true';
      return runs === 'true'
        ? { keys, label, group, whileTyping, run: () => run(at) }
        : { keys, label, group, whileTyping };
    });
    return shortcuts.add(listed);
  }, [key]);
}

const CHORD_MS = 1000;

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement && /^(radio|checkbox)$/.test(target.type)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** Returns the name of what was pressed, as `keys` spells it. */
export function pressed(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const mod = event.ctrlKey || event.metaKey ? 'mod+' : '';
  return `${mod}${event.altKey ? 'alt+' : ''}${key}`;
}

/** Listens to the keyboard for all shortcuts; the shell does it once. */
export function listen(): () => void {
  let first = '';
  let firstAt = 0;
  function onKey(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return;
    const name = pressed(event);
    const chord = first && event.timeStamp - firstAt < CHORD_MS ? `${first} ${name}` : '';
    first = '';
    const typing = isTyping(event.target);
    const found = shortcuts
      .all()
      .findLast((s) => s.run && (s.keys === chord || s.keys === name) && (!typing || s.whileTyping));
    if (found) {
      event.preventDefault();
      found.run?.();
    } else if (!typing && shortcuts.all().some((s) => s.keys.startsWith(`${name} `))) {
      first = name;
      firstAt = event.timeStamp;
    }
  }
  window.addEventListener('keydown', onKey);
  return () => window.removeEventListener('keydown', onKey);
}

import { Modal } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import {
  Activity, Clock, Columns3, Command, GitBranch, Search, ShieldCheck, SquareTerminal, Table2, Tag, Workflow,
  type LucideIcon,
} from 'lucide-react';
import { useState, type KeyboardEvent } from 'react';
import { api, read } from '../client/api';
import { commands } from '../shared/commands';
import { ErrorState } from '../shared/error-state';
import { groupBy } from '../shared/group-by';
import { useLakeRef } from '../shared/lake-ref';
import { useRegistry } from '../shared/registry';
import { PAGES } from './pages';
import { hrefOf } from './hits';
import { recents, remember, type Recent } from './recent';
import { STANDING_COMMANDS } from './standing-commands';
import css from './palette.module.css';

interface Entry {
  id: string;
  group: string;
  title: string;
  detail: string;
  icon: LucideIcon;
  run: () => void;
}

const ICONS: Record<string, LucideIcon> = {
  table: Table2, column: Columns3, asset: Workflow, run: Activity, check: ShieldCheck, branch: GitBranch, tag: Tag, query: SquareTerminal,
};
const GROUPS: Record<string, string> = {
  table: 'Tables', column: 'Columns', asset: 'Lineage', run: 'Runs', check: 'Checks', branch: 'Branches and tags', tag: 'Branches and tags', query: 'Saved queries',
};
const TYPING_MS = 60;

/** Searches everything, recent first, and runs commands: all from the keyboard. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const { entries, error, busy } = useEntries(text.trim());
  const active = Math.max(0, Math.min(at, entries.length - 1));

  function open(entry: Entry | undefined): void {
    if (!entry) return;
    onClose();
    entry.run();
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown') setAt((active + 1) % Math.max(1, entries.length));
    else if (event.key === 'ArrowUp') setAt((active - 1 + entries.length) % Math.max(1, entries.length));
    else if (event.key === 'Enter') open(entries[active]);
    else return;
    event.preventDefault();
    document.getElementById(`hit-${active}`)?.scrollIntoView({ block: 'nearest' });
  }
  return (
    <Modal opened onClose={onClose} withCloseButton={false} padding={0} size={620} centered={false} yOffset="12vh" attributes={{ content: { 'aria-label': 'Search and commands' } }}>
      <div className={css.input}>
        <Search size={16} aria-hidden />
        <input
          data-autofocus
          autoFocus
          role="combobox"
          aria-expanded
          aria-controls="hits"
          aria-activedescendant={entries.length > 0 ? `hit-${active}` : undefined}
          aria-label="Search tables, columns, runs, checks, branches, queries and commands"
          placeholder="Search tables, columns, runs, branches, commands"
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div className={css.hits} id="hits" role="listbox" aria-label="Results" aria-busy={busy}>
        {error !== null && <ErrorState error={error} compact />}
        {entries.length === 0 && error === null && <p className={css.none}>Nothing matches</p>}
        {entries.map((entry, place) => (
          <div key={entry.id} role="presentation">
            {entry.group !== entries[place - 1]?.group && <div className={css.group}>{entry.group}</div>}
            <div
              id={`hit-${place}`}
              role="option"
              aria-selected={place === active}
              className={css.hit}
              onMouseMove={() => setAt(place)}
              onClick={() => open(entry)}
            >
              <entry.icon size={15} aria-hidden />
              <span className="trunc">{entry.title}</span>
              <small className="trunc">{entry.detail}</small>
            </div>
          </div>
        ))}
      </div>
    </Modal>
  );
}

function useEntries(text: string): { entries: Entry[]; error: unknown; busy: boolean } {
  const router = useRouter();
  const ref = useLakeRef();
  const [q] = useDebouncedValue(text, TYPING_MS);
  const offered = useRegistry(commands);
  const found = useQuery({
    queryKey: ['search', ref, q],
    queryFn: ({ signal }) => read(api.GET('/api/search', { params: { query: { q, ref, limit: 30 } }, signal })),
    enabled: q !== '',
    placeholderData: keepPreviousData,
  });
  const matches = (label: string) => label.toLowerCase().includes(text.toLowerCase());
  const go = (place: Recent) => () => {
    remember(place);
    router.history.push(withRef(router.basepath, place.href, ref));
  };
  const hits = text === '' ? [] : (found.data?.items ?? []);
  const entries: Entry[] = [
    ...recents()
      .filter((recent) => matches(recent.title))
      .map((recent) => ({ ...recent, group: 'Recent', icon: Clock, run: go(recent) })),
    ...[...groupBy(hits, (hit) => GROUPS[hit.kind] ?? 'Found').values()].flat().map((hit) => {
      const place = { id: `${hit.kind}:${hit.id}`, title: hit.title, detail: hit.detail, kind: hit.kind, href: hrefOf(hit) };
      return { ...place, group: GROUPS[hit.kind] ?? 'Found', icon: ICONS[hit.kind] ?? Table2, run: go(place) };
    }),
    ...PAGES.filter(({ label }) => matches(label)).map(({ to, label, icon }) => ({
      id: `page:${to}`, group: 'Pages', title: label, detail: '', icon, run: () => void router.navigate({ to }),
    })),
    ...offered.filter(({ label }) => matches(label)).map((command) => ({
      id: `command:${command.id}`, group: 'Commands', title: command.label, detail: command.detail ?? '', icon: Command, run: command.run,
    })),
    ...STANDING_COMMANDS.filter(({ label }) => matches(label)).map(({ id, label, href }) => ({
      id: `command:${id}`, group: 'Commands', title: label, detail: '', icon: Command,
      run: () => router.history.push(withRef(router.basepath, href, ref)),
    })),
  ];
  const unique = [...new Map(entries.map((entry) => [entry.id, entry])).values()];
  return { entries: unique, error: q !== '' && found.isError ? found.error : null, busy: text !== q || found.isFetching };
}

function withRef(base: string, href: string, ref: string): string {
  const address = new URL(href, window.location.origin);
  if (ref !== 'main') address.searchParams.set('ref', ref);
  return `${base === '/' ? '' : base}${address.pathname}${address.search}`;
}

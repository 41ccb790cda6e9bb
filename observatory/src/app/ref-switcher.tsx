import { Button, Popover, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChevronDown, Clock, GitBranch, Lock, Search, Tag } from 'lucide-react';
import { useState, type KeyboardEvent } from 'react';
import type { Schemas } from '../client/api';
import { useCommands } from '../shared/commands';
import { MAIN } from '../shared/lake-ref';
import { Loaded } from '../shared/loaded';
import { refsQuery } from '../shared/refs-query';
import { RelativeTime } from '../shared/relative-time';
import { useShortcuts } from '../shared/shortcuts';
import { useUrlState } from '../shared/url-state';
import css from './shell.module.css';

type Ref = Schemas['Ref'];

/** Shows which ref the page is on, and changes it for the whole page. */
export function RefSwitcher() {
  const [ref, setRef] = useUrlState('ref', MAIN);
  const [opened, setOpened] = useState(false);
  const refs = useQuery(refsQuery);
  const kind = refs.data?.items.find((item) => item.name === ref)?.kind ?? 'other';
  useShortcuts([{ keys: 'b', label: 'Choose the branch', group: 'Anywhere', run: () => setOpened(true) }]);
  useCommands([{ id: 'ref', label: 'Switch to another branch', run: () => setOpened(true) }]);

  function choose(name: string): void {
    setRef(name);
    setOpened(false);
  }
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" width={320} trapFocus returnFocus>
      <Popover.Target>
        <Button
          className="mono"
          aria-label={`On ${ref}. Choose another branch, tag, commit or time`}
          leftSection={<RefIcon kind={refs.data ? kind : 'branch'} />}
          rightSection={<ChevronDown size={13} aria-hidden />}
          onClick={() => setOpened(!opened)}
          maw={280}
        >
          {ref}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="sm">
        <Loaded query={refs} compact>
          {(page) => <RefList refs={page.items} chosen={ref} onChoose={choose} />}
        </Loaded>
        <div className={css.refFoot}>
          <Link to="/branches" onClick={() => setOpened(false)}>
            Compare and merge branches
          </Link>
          <Link to="/branches" search={{ create: 'yes' }} onClick={() => setOpened(false)}>
            New branch from here
          </Link>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

function RefIcon({ kind }: { kind: Ref['kind'] | 'other' }) {
  const Icon = kind === 'branch' ? GitBranch : kind === 'tag' ? Tag : Clock;
  return <Icon size={14} aria-hidden />;
}

interface ListProps {
  refs: Ref[];
  chosen: string;
  onChoose: (name: string) => void;
}

function RefList({ refs, chosen, onChoose }: ListProps) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const wanted = text.trim();
  const found = refs.filter((ref) => ref.name.toLowerCase().includes(wanted.toLowerCase()));
  const exact = refs.some((ref) => ref.name === wanted);
  const names = [...found.map((ref) => ref.name), ...(wanted && !exact ? [wanted] : [])];
  const active = Math.min(at, names.length - 1);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown') setAt(Math.min(active + 1, names.length - 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(active - 1, 0));
    else if (event.key === 'Enter' && names[active]) onChoose(names[active]);
    else return;
    event.preventDefault();
  }
  return (
    <>
      <TextInput
        autoFocus // the trap of the focus has found nothing where the refs came later
        data-autofocus
        role="combobox"
        aria-expanded
        aria-controls="ref-list"
        aria-activedescendant={names.length > 0 ? `ref-${active}` : undefined}
        aria-label="Branch, tag, commit or time"
        placeholder="Branch, tag, commit or time"
        leftSection={<Search size={13} aria-hidden />}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div className={css.refList} id="ref-list" role="listbox" aria-label="Refs">
        {found.map((ref, place) => (
          <button
            type="button"
            key={ref.name}
            id={`ref-${place}`}
            role="option"
            tabIndex={-1}
            aria-selected={ref.name === chosen}
            data-active={place === active || undefined}
            className={css.ref}
            onClick={() => onChoose(ref.name)}
          >
            <RefIcon kind={ref.kind} />
            <span className="mono trunc">{ref.name}</span>
            {ref.protected && <Lock size={11} aria-label="protected" />}
            <small>
              <RelativeTime time={ref.updated_at} />
            </small>
          </button>
        ))}
        {wanted && !exact && (
          <button
            type="button"
            id={`ref-${found.length}`}
            role="option"
            tabIndex={-1}
            aria-selected={false}
            data-active={active === found.length || undefined}
            className={css.ref}
            onClick={() => onChoose(wanted)}
          >
            <RefIcon kind="other" />
            <span>
              Look at <span className="mono">{wanted}</span> as a commit or a time
            </span>
          </button>
        )}
      </div>
    </>
  );
}

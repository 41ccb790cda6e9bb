import { ActionIcon, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Eye, GitBranchPlus, Undo2, X } from 'lucide-react';
import { useState } from 'react';
import type { Schemas } from '../../../client/api';
import { count, dateTime, plural, shortId, words } from '../../../shared/format';
import { Identifier } from '../../../shared/identifier';
import { KeyValue } from '../../../shared/key-value';
import { Loaded } from '../../../shared/loaded';
import { useSetSearch } from '../../../shared/url-state';
import { commitQuery } from '../api/refs';
import { RevertModal } from './revert-modal';
import css from './branches.module.css';

/** One commit: who made it, what it changed, and a way to undo it. */
export function CommitPanel(props: { id: string; refs: readonly Schemas['Ref'][]; onClose: () => void }) {
  const { id, refs, onClose } = props;
  const query = useQuery(commitQuery(id));
  const [reverting, setReverting] = useState(false);
  const setSearch = useSetSearch();
  return (
    <Loaded query={query} compact>
      {(commit) => (
        <section className={css.panel} aria-label={`Commit ${shortId(id)}`}>
          <div className={css.box}>
            <p>
              <b>{commit.message}</b>
            </p>
            <Button
              leftSection={<Eye size={13} aria-hidden />}
              renderRoot={(props) => <Link to="/data" search={{ ref: `${commit.ref || 'main'}@${commit.id}` }} {...props} />}
            >
              Look at the lake then
            </Button>
            <Button
              leftSection={<GitBranchPlus size={13} aria-hidden />}
              onClick={() => setSearch({ create: `${commit.ref || 'main'}@${commit.id}` })}
            >
              Branch from here
            </Button>
            <Button leftSection={<Undo2 size={13} aria-hidden />} onClick={() => setReverting(true)} disabled={commit.changes.length === 0}>
              Revert
            </Button>
            <ActionIcon aria-label="Close the commit" onClick={onClose}>
              <X size={14} aria-hidden />
            </ActionIcon>
          </div>
          <div className={css.pairs}>
            <KeyValue
              pairs={[
                ['Commit', <Identifier key="c" name={commit.id} copy />],
                ['By', `${commit.author}, ${dateTime(new Date(commit.time))}, entry ${count(commit.number)} of the log`],
                ['Made on', <span key="o" className="mono">{commit.ref}</span>],
                [
                  'Run',
                  commit.run ? (
                    <Link key="r" className="mono" to="/runs/$run" params={{ run: commit.run }} search={{}}>
                      {shortId(commit.run)}
                    </Link>
                  ) : undefined,
                ],
                ['Without checks', commit.override ?? undefined],
              ]}
            />
          </div>
          <ul className={css.changes}>
            {commit.changes.map((change) => (
              <li key={change.key} className={css.change}>
                <span className={css.badge} data-tone={change.kind}>
                  {words(change.kind)}
                </span>
                {isTable(change) ? (
                  <Link className="mono" to="/tables/$table" params={{ table: change.key }} search={{ tab: 'snapshots' }}>
                    {change.key}
                  </Link>
                ) : (
                  <span className="mono">{change.key}</span>
                )}
                <span className="dim">{change.intent ? words(change.intent) : ''}</span>
                <span className={css.end}>{rowsText(change)}</span>
              </li>
            ))}
          </ul>
          <RevertModal commit={commit} refs={refs} opened={reverting} onClose={() => setReverting(false)} />
        </section>
      )}
    </Loaded>
  );
}

function isTable({ before, after }: Schemas['CommitChange']): boolean {
  const kind = (after ?? before)?.kind;
  return kind === 'table' || kind === 'view';
}

function rowsText({ rows_delta: delta, after, before }: Schemas['CommitChange']): string {
  if (delta === null) return '';
  const rows = after?.rows ?? before?.rows;
  const sign = delta > 0 ? '+' : delta < 0 ? '−' : '±';
  return `${sign}${count(Math.abs(delta))}${rows === null || rows === undefined ? '' : `, ${plural(rows, 'row')} ${after ? 'after' : 'before'}`}`;
}

import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Eye, GitCompare, Undo2 } from 'lucide-react';
import { useState } from 'react';
import type { Schemas } from '../../../client/api';
import { count, dateTime, shortId, words } from '../../../shared/format';
import { Identifier } from '../../../shared/identifier';
import { KeyValue } from '../../../shared/key-value';
import { useLakeRef } from '../../../shared/lake-ref';
import { Card } from '../../../shared/page';
import { refAt } from '../../../shared/refs';
import { Unknown } from '../../../shared/unknown';
import { useSetSearch } from '../../../shared/url-state';
import { RollbackModal } from './rollback-modal';
import css from './table.module.css';

interface Props {
  table: Schemas['TableDetail'];
  snapshot: Schemas['Snapshot'];
  /** The commit that put it in place; undefined if this ref never had it. */
  commit: Schemas['CommitDetail'] | undefined;
  loading: boolean;
  onCompare: () => void;
}

/** One state of a table: who wrote it, and what can be done with it. */
export function SnapshotCard({ table, snapshot, commit, loading, onCompare }: Props) {
  const ref = useLakeRef();
  const setSearch = useSetSearch();
  const [rollingBack, setRollingBack] = useState(false);
  const run = snapshot.summary['phlo.run'];
  const why = loading ? 'looking for its commit' : 'no commit of this ref ended at it';
  const earlier = commit !== undefined && !snapshot.current;
  return (
    <Card
      title={`${words(snapshot.intent ?? snapshot.operation)} of ${dateTime(new Date(snapshot.time))}`}
      sub={snapshot.current ? 'what is shown now' : undefined}
      actions={
        <span className={css.rowActions}>
          <Button
            leftSection={<Eye size={13} aria-hidden />}
            disabled={!earlier}
            title={commit ? undefined : why}
            onClick={() => commit && setSearch({ ref: refAt(ref, commit.id), tab: undefined, snapshot: undefined, compare: undefined }, { push: true })}
          >
            Look at it then
          </Button>
          <Button leftSection={<GitCompare size={13} aria-hidden />} disabled={!earlier} title={commit ? undefined : why} onClick={onCompare}>
            Compare with now
          </Button>
          <Button leftSection={<Undo2 size={13} aria-hidden />} disabled={!earlier} title={commit ? undefined : why} onClick={() => setRollingBack(true)}>
            Roll back to it
          </Button>
        </span>
      }
      padded
    >
      <KeyValue
        pairs={[
          ['Snapshot', <Identifier key="s" name={snapshot.snapshot_id} copy />],
          [
            'Commit',
            commit ? (
              <span key="c">
                <Link className="mono" to="/branches" search={{ commit: commit.id }}>
                  {shortId(commit.id)}
                </Link>{' '}
                {commit.message}, by {commit.author}
              </span>
            ) : (
              <Unknown key="c" why={why} />
            ),
          ],
          [
            'Run',
            run ? (
              <Link key="r" className="mono" to="/runs/$run" params={{ run }} search={{}}>
                {shortId(run)}
              </Link>
            ) : (
              <Unknown key="r" why="it was not written by a run" />
            ),
          ],
          [
            'Files',
            snapshot.added_files === null && snapshot.deleted_files === null ? undefined : `${count(snapshot.added_files ?? 0)} added, ${count(snapshot.deleted_files ?? 0)} removed`,
          ],
        ]}
      />
      {commit && (
        <RollbackModal
          key={commit.id}
          table={table.table}
          commit={commit}
          opened={rollingBack}
          onClose={() => setRollingBack(false)}
        />
      )}
    </Card>
  );
}

import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../client/api';
import { count, shortId } from '../../../shared/format';
import { KeyValue } from '../../../shared/key-value';
import { Card } from '../../../shared/page';
import { Status } from '../../../shared/status';
import { Measured } from '../../../shared/unknown';
import css from './branches.module.css';

interface Props {
  conflict: Schemas['MergeConflict'];
  source: string;
  into: string;
}

/** A table that both branches changed in ways that do not go together, with both sides. */
export function ConflictCard({ conflict, source, into }: Props) {
  return (
    <Card title={<span className="mono">{conflict.key}</span>} actions={<Status tone="bad" word="Conflict" />}>
      <p style={{ padding: '10px 14px' }}>{conflict.reason}</p>
      <div className={css.sides}>
        <Side table={conflict.key} name={into} side={conflict.ours} />
        <Side table={conflict.key} name={source} side={conflict.theirs} />
      </div>
    </Card>
  );
}

function Side({ table, name, side }: { table: string; name: string; side: Schemas['Side'] | null }) {
  return (
    <section className={css.side} aria-label={`${table} on ${name}`}>
      <h3>On {name}</h3>
      {side === null ? (
        <p className="dim">It does not exist there.</p>
      ) : (
        <KeyValue
          pairs={[
            ['Meant to', side.intents.join(', ') || 'not said'],
            ['Rows added', counted(side.rows_added)],
            ['Files added', counted(side.files_added)],
            ['Files removed', counted(side.files_removed)],
            [
              'Commits',
              side.commits.map((commit, at) => (
                <span key={commit} className="mono">
                  {at > 0 && ', '}
                  <Link to="/branches" search={{ branch: name, tab: 'commits', commit }}>
                    {shortId(commit)}
                  </Link>
                </span>
              )),
            ],
          ]}
        />
      )}
    </section>
  );
}

const counted = (number: number | null) => (
  <Measured value={number} why="It is no table, or what it was before is gone">
    {count}
  </Measured>
);

import type { Schemas } from '../../../client/api';
import { count, shortId } from '../../../shared/format';
import { KeyValue } from '../../../shared/key-value';
import { Card } from '../../../shared/page';
import { Status } from '../../../shared/status';
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
        <Side title={`On ${into}`} side={conflict.ours} />
        <Side title={`On ${source}`} side={conflict.theirs} />
      </div>
    </Card>
  );
}

function Side({ title, side }: { title: string; side: Schemas['Side'] | null }) {
  return (
    <section className={css.side}>
      <h3>{title}</h3>
      {side === null ? (
        <p className="dim">It does not exist there.</p>
      ) : (
        <KeyValue
          pairs={[
            ['Meant to', side.intents.join(', ') || 'not said'],
            ['Rows added', count(side.rows_added)],
            ['Files', `${count(side.files_added)} added, ${count(side.files_removed)} removed`],
            ['Commits', <span key="c" className="mono">{side.commits.map(shortId).join(', ')}</span>],
          ]}
        />
      )}
    </section>
  );
}

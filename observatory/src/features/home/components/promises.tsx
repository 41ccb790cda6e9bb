import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../client/api';
import { EmptyState } from '../../../shared/empty-state';
import { duration, oneUnit } from '../../../shared/format';
import { Identifier } from '../../../shared/identifier';
import { Meter } from '../../../shared/meter';
import { Card } from '../../../shared/page';
import { Unknown } from '../../../shared/unknown';
import { sayFreshness } from '../../../shared/words';
import css from './home.module.css';

type Freshness = Schemas['Freshness'];

/** The age of what promised to be fresh, against its promise; the nearest to its end first. */
export function Promises({ items }: { items: Freshness[] }) {
  const promised = items.filter((item) => item.state !== 'none');
  const used = (item: Freshness) => (item.age_s ?? Infinity) / (item.window_s ?? Infinity) || 0;
  const listed = [...promised].sort((a, b) => used(b) - used(a));
  return (
    <Card title="Freshness" sub="age against promise">
      {listed.length === 0 && (
        <EmptyState
          compact
          title="No asset promises to be fresh"
          hint={<>Give one a promise: freshness= of @phlo.ingestion.</>}
        />
      )}
      <ul className={css.list}>
        {listed.map((item) => (
          <Promised key={item.asset} item={item} />
        ))}
      </ul>
    </Card>
  );
}

function Promised({ item }: { item: Freshness }) {
  const { tone, word } = sayFreshness(item.state);
  const { asset, age_s: age, window_s: promise } = item;
  const namespace = asset.split('.')[0];
  return (
    <li className={css.fresh}>
      <Link to="/tables/$table" params={{ table: asset }} className="trunc">
        <Identifier name={asset} namespace={namespace} />
      </Link>
      {age !== null && promise !== null ? (
        <Meter share={age / promise} tone={tone} label={`${word}: ${duration(age)} of ${duration(promise)}`} />
      ) : (
        <span />
      )}
      <span className={css.age} data-tone={tone} title={word}>
        {age === null ? <Unknown why="it was never written" /> : oneUnit(age)}
        {promise !== null && ` / ${oneUnit(promise)}`}
      </span>
    </li>
  );
}

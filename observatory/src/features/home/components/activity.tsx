import { Link } from '@tanstack/react-router';
import { Activity as RunIcon, GitCommitHorizontal, Table2 } from 'lucide-react';
import type { Schemas } from '../../../client/api';
import { EmptyState } from '../../../shared/empty-state';
import { Card } from '../../../shared/page';
import { RelativeTime } from '../../../shared/relative-time';
import css from './home.module.css';

type Event = Schemas['Activity'];
const SHOWN = 12;
const ICONS = { materialization: Table2, run: RunIcon, commit: GitCommitHorizontal };

/** What happened last: runs, tables written, commits. */
export function Activity({ events }: { events: Event[] }) {
  return (
    <Card title="Activity">
      {events.length === 0 && (
        <EmptyState compact title="Nothing has happened yet" hint="Run an asset: phlo materialize" />
      )}
      <ul className={css.list}>
        {events.slice(0, SHOWN).map((event, place) => {
          const Icon = ICONS[event.kind];
          return (
            <li key={`${event.time} ${event.title} ${place}`} className={css.event}>
              <Icon size={14} aria-hidden />
              <What event={event} />
              <span className={css.when}>
                <RelativeTime time={event.time} />
              </span>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

function What({ event }: { event: Event }) {
  const text = (
    <span className="trunc" title={event.title}>
      {event.title}
    </span>
  );
  if (event.kind === 'commit' && event.commit) {
    return (
      <Link to="/branches" search={{ branch: event.ref ?? undefined, commit: event.commit }} className="trunc">
        {text}
      </Link>
    );
  }
  if (event.kind === 'materialization' && event.asset) {
    return (
      <Link to="/tables/$table" params={{ table: event.asset }} className="trunc">
        {text}
      </Link>
    );
  }
  if (event.run_id) {
    return (
      <Link to="/runs/$run" params={{ run: event.run_id }} className="trunc">
        {text}
      </Link>
    );
  }
  return text;
}

import { useQuery } from '@tanstack/react-query';
import { CalendarClock } from 'lucide-react';
import type { Schemas } from '../../../client/api';
import { DataTable, type TableColumn } from '../../../shared/data-table';
import { EmptyState } from '../../../shared/empty-state';
import { duration, words } from '../../../shared/format';
import { Identifier } from '../../../shared/identifier';
import { Loaded } from '../../../shared/loaded';
import { Card } from '../../../shared/page';
import { RelativeTime } from '../../../shared/relative-time';
import { Status } from '../../../shared/status';
import { useUrlState } from '../../../shared/url-state';
import { automationQuery } from '../api/queries';
import { OnOff } from './on-off';
import { sayTick } from './say';
import { Ticks } from './ticks';
import css from './runs.module.css';

type Instigator = Schemas['Instigator'];

const idOf = ({ kind, name }: Instigator): string => `${kind}:${name}`;

const COLUMNS: TableColumn<Instigator>[] = [
  { key: 'on', title: 'On', width: 60, cell: (one) => <OnOff instigator={one} />, sort: (one) => !one.running },
  {
    key: 'name',
    title: 'Name',
    cell: (one) => <Identifier name={one.name} />,
    sort: (one) => one.name,
  },
  { key: 'what', title: 'What it does', wrap: true, cell: (one) => one.description || <span className="dim">no description</span> },
  { key: 'when', title: 'When', cell: (one) => <When one={one} /> },
  {
    key: 'next',
    title: 'Next',
    end: true,
    cell: (one) =>
      one.next_at ? <RelativeTime time={one.next_at} /> : <span className="dim">{one.kind === 'sensor' && one.running ? 'always' : 'off'}</span>,
    sort: (one) => one.next_at,
  },
  {
    key: 'last',
    title: 'Last tick',
    end: true,
    cell: (one) =>
      one.last ? (
        <>
          <Status {...sayTick(one.last.status)} plain /> <RelativeTime time={one.last.time} />
        </>
      ) : (
        <RelativeTime time={null} why="it has not ticked" />
      ),
    sort: (one) => one.last?.time,
  },
];

function When({ one }: { one: Instigator }) {
  if (one.cron) return <span className="mono" title={one.timezone ?? undefined}>{`${one.cron} ${one.timezone ?? ''}`}</span>;
  return <>{one.interval_s ? `every ${duration(one.interval_s)}` : words(one.type)}</>;
}

/** Schedules and sensors: on or off, when they come next, what their ticks did. */
export function Automation() {
  const found = useQuery(automationQuery);
  const [tick, setTick] = useUrlState('ticks', '');
  return (
    <Loaded query={found}>
      {(all) => {
        const chosen = all.find((one) => idOf(one) === tick);
        const kinds = [
          { title: 'Schedules', items: all.filter((one) => one.kind === 'schedule'), sort: 'schedules' },
          { title: 'Sensors', items: all.filter((one) => one.kind === 'sensor'), sort: 'sensors' },
        ];
        return (
          <div className={css.two}>
            {chosen && <Ticks key={tick} instigator={chosen} onClose={() => setTick('')} />}
            {kinds.map(({ title, items, sort }) => (
              <Card key={title} title={title} sub={String(items.length)}>
                {items.length === 0 ? (
                  <EmptyState
                    compact
                    icon={CalendarClock}
                    title={`The project declares no ${title.toLowerCase()}`}
                    hint="Give an ingestion schedule= or on_new_files= and it appears here."
                  />
                ) : (
                  <DataTable
                    label={title}
                    columns={COLUMNS}
                    rows={items}
                    rowKey={idOf}
                    onOpen={(one) => setTick(idOf(one) === tick ? '' : idOf(one))}
                    isActive={(one) => idOf(one) === tick}
                    sortName={sort}
                    keys={title === 'Schedules'}
                  />
                )}
              </Card>
            ))}
          </div>
        );
      }}
    </Loaded>
  );
}

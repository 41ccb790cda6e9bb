import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../../client/api';
import { DataTable, type TableColumn } from '../../../shared/data-table';
import { EmptyState } from '../../../shared/empty-state';
import { bytes } from '../../../shared/format';
import { Identifier } from '../../../shared/identifier';
import { Loaded } from '../../../shared/loaded';
import { Card } from '../../../shared/page';
import { RelativeTime } from '../../../shared/relative-time';
import { Status } from '../../../shared/status';
import { Measured, Unknown } from '../../../shared/unknown';
import { sayService } from '../../../shared/words';
import { servicesQuery } from '../api/queries';
import css from './services.module.css';

type Service = Schemas['Service'];

const WHERE = { process: 'This process', machine: 'This machine' };

const COLUMNS: TableColumn<Service>[] = [
  { key: 'state', title: 'State', width: 110, cell: (one) => <Status {...sayService(one.state)} /> },
  {
    key: 'name',
    title: 'Service',
    wrap: true,
    cell: (one) => (
      <span className={`${css.name} ${css.wide}`}>
        <b>{one.title}</b>
        <small>{[one.description, one.detail].filter(Boolean).join(' ')}</small>
        {one.fix && <small className={css.fix}>Fix: {one.fix}</small>}
      </span>
    ),
    sort: (one) => one.title,
  },
  {
    key: 'where',
    title: 'Where',
    cell: (one) => (
      <span className={css.name}>
        <span className={css.still}>{WHERE[one.where]}</span>
        {one.pid !== null && <small className={`num ${css.still}`}>process {one.pid}</small>}
      </span>
    ),
    sort: (one) => one.where,
  },
  { key: 'address', title: 'Address', cell: (one) => <Addresses of={one.addresses} /> },
  {
    key: 'memory',
    title: 'Memory',
    end: true,
    cell: (one) =>
      one.memory_bytes === null && one.where === 'process' ? (
        <span className="dim">shared</span>
      ) : (
        <Measured value={one.memory_bytes} why="it does not run, or the system does not say">{bytes}</Measured>
      ),
    sort: (one) => one.memory_bytes,
  },
  { key: 'version', title: 'Version', cell: (one) => (one.version ? <span className="mono">{one.version}</span> : <Unknown why="it does not say" />) },
  {
    key: 'since',
    title: 'Since',
    end: true,
    cell: (one) =>
      one.started_at === null && one.where === 'process' && one.state === 'running' ? (
        <span className="dim">with the API</span>
      ) : (
        <RelativeTime time={one.started_at} why="it does not run" />
      ),
    sort: (one) => one.started_at,
  },
];

function Addresses({ of }: { of: string[] }) {
  if (of.length === 0) return <span className="dim">none of its own</span>;
  return (
    <>
      {of.map((address) => (
        <span key={address} className={css.address}>
          {/^https?:/.test(address) ? (
            <a href={address} className="mono">{address}</a>
          ) : address.startsWith('/') ? (
            <a href={`.${address}`} className="mono">{address}</a>
          ) : (
            <Identifier name={address} copy />
          )}
        </span>
      ))}
    </>
  );
}

/** What runs, and where. */
export function ServiceList() {
  const services = useQuery(servicesQuery);
  return (
    <Card title="Services" sub="what runs in this process and on this machine">
      <Loaded query={services}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState compact title="No service is known" hint="Start them: phlo services start" />
          ) : (
            <DataTable label="Services" columns={COLUMNS} rows={items} rowKey={(one) => one.name} sortName="services" keys />
          )
        }
      </Loaded>
    </Card>
  );
}

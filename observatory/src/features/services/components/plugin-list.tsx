import { useQuery } from '@tanstack/react-query';
import { Plug } from 'lucide-react';
import type { Schemas } from '../../../client/api';
import { DataTable, type TableColumn } from '../../../shared/data-table';
import { EmptyState } from '../../../shared/empty-state';
import { Identifier } from '../../../shared/identifier';
import { Loaded } from '../../../shared/loaded';
import { Card } from '../../../shared/page';
import { Status } from '../../../shared/status';
import { Unknown } from '../../../shared/unknown';
import { pluginsQuery } from '../api/queries';
import css from './services.module.css';

type Plugin = Schemas['Plugin'];

const COLUMNS: TableColumn<Plugin>[] = [
  { key: 'state', title: 'State', width: 120, cell: (one) => <State plugin={one} /> },
  {
    key: 'name',
    title: 'Name',
    wrap: true,
    cell: (one) => (
      <span className={css.name}>
        <b>{one.name}</b>
        {one.problem && <small className={css.fix}>{one.problem}</small>}
      </span>
    ),
    sort: (one) => one.name,
  },
  { key: 'group', title: 'Adds to', cell: (one) => <span className="mono">{one.group}</span>, sort: (one) => one.group },
  { key: 'value', title: 'Code', cell: (one) => <Identifier name={one.value} copy /> },
  {
    key: 'package',
    title: 'Package',
    cell: (one) => (one.package ? <span className="mono">{`${one.package} ${one.version ?? ''}`}</span> : <Unknown why="it is of no installed package" />),
    sort: (one) => one.package,
  },
];

function State({ plugin }: { plugin: Plugin }) {
  if (plugin.problem) return <Status tone="bad" word="Not loaded" />;
  if (plugin.loaded === null) return <Status tone="idle" word="Not needed yet" title="It is loaded when it is first used" />;
  return plugin.loaded ? <Status tone="ok" word="Loaded" /> : <Status tone="bad" word="Not loaded" />;
}

/** What is installed on top of phlo. */
export function PluginList() {
  const plugins = useQuery(pluginsQuery);
  return (
    <Card title="Plugins" sub={plugins.data && String(plugins.data.items.length)}>
      <Loaded query={plugins}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState compact icon={Plug} title="No plugin is installed" hint="A package with an entry point in a group phlo.* appears here once it is installed." />
          ) : (
            <DataTable label="Plugins" columns={COLUMNS} rows={items} rowKey={(one) => `${one.group} ${one.name}`} sortName="plugins" />
          )
        }
      </Loaded>
    </Card>
  );
}

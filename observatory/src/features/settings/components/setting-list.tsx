import { Button, Switch } from '@mantine/core';
import type { Schemas } from '../../../client/api';
import { DataTable, type TableColumn } from '../../../shared/data-table';
import { EmptyState } from '../../../shared/empty-state';
import { plural } from '../../../shared/format';
import { Identifier } from '../../../shared/identifier';
import { Card } from '../../../shared/page';
import { SearchBox } from '../../../shared/search-box';
import { Status } from '../../../shared/status';
import { Toolbar } from '../../../shared/toolbar';
import { useSetSearch, useUrlState } from '../../../shared/url-state';
import { valueText } from '../../../shared/value';
import { HowToSet } from './how-to-set';
import { allowed, schemaOf } from './json-schema';
import css from './settings.module.css';

type Setting = Schemas['Setting'];
type Settings = Schemas['Settings'];

const shown = (value: unknown): string => (value === '' ? 'empty' : valueText(value));

const columnsOf = (schemas: Settings['schemas']): TableColumn<Setting>[] => [
  {
    key: 'name',
    title: 'Setting',
    wrap: true,
    cell: (one) => (
      <span className={css.name}>
        <Identifier name={one.name} copy />
        <small>{one.description}</small>
      </span>
    ),
    sort: (one) => one.name,
  },
  {
    key: 'value',
    title: 'Value',
    wrap: true,
    cell: (one) => <span className={`${css.value} mono`}>{shown(one.value)}</span>,
  },
  {
    key: 'from',
    title: 'From',
    width: 110,
    cell: (one) => (one.set ? <Status tone="ok" word="Set" plain /> : <span className="dim">Default</span>),
    sort: (one) => !one.set,
  },
  {
    key: 'default',
    title: 'Default',
    wrap: true,
    cell: (one) => (one.default === null ? <span className="dim">none</span> : <span className={`${css.value} mono dim`}>{shown(one.default)}</span>),
  },
  {
    key: 'allowed',
    title: 'May be',
    wrap: true,
    cell: (one) => <span className="dim">{allowed(schemaOf(schemas[one.file], one.name)) || 'anything'}</span>,
  },
];

/** Every setting by file, with what it is, what it may be and where it came from. */
export function SettingList({ settings }: { settings: Settings }) {
  const [text, setText] = useUrlState('q', '');
  const [only, setOnly] = useUrlState('only', '');
  const [chosen, setChosen] = useUrlState('setting', '');
  const setSearch = useSetSearch();
  const wanted = text.trim().toLowerCase();
  const found = settings.items.filter(
    (one) => (only !== 'set' || one.set) && `${one.name} ${one.description}`.toLowerCase().includes(wanted),
  );
  const open = found.find((one) => `${one.file}:${one.name}` === chosen);
  const files = [...new Set(found.map((one) => one.file))];
  const columns = columnsOf(settings.schemas);
  return (
    <>
      <Card>
        <Toolbar label="Filter the settings" end={<span className="dim">{plural(found.length, 'setting')}</span>}>
          <SearchBox label="Filter the settings" placeholder="Filter the settings" value={text} onChange={setText} />
          <Switch
            label="Only those that differ from their default"
            checked={only === 'set'}
            onChange={(event) => setOnly(event.currentTarget.checked ? 'set' : '')}
          />
        </Toolbar>
        {found.length === 0 && (
          <EmptyState
            title="No setting matches"
            action={<Button onClick={() => setSearch({ q: undefined, only: undefined })}>Show every setting</Button>}
          />
        )}
      </Card>
      {open && <HowToSet setting={open} onClose={() => setChosen('')} />}
      {files.map((file, place) => (
        <Card key={file} title={<span className="mono">{file}</span>}>
          <DataTable
            label={`Settings of ${file}`}
            columns={columns}
            rows={found.filter((one) => one.file === file)}
            rowKey={(one) => one.name}
            onOpen={(one) => setChosen(`${one.file}:${one.name}`)}
            isActive={(one) => one === open}
            sortName={file === 'phlo.yaml' ? 'project' : 'runtime'}
            keys={place === 0}
          />
        </Card>
      ))}
    </>
  );
}

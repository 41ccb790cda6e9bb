import { useQuery } from '@tanstack/react-query';
import { ExternalLink } from 'lucide-react';
import { Button } from '@mantine/core';
import type { Schemas } from '../../../client/api';
import { DataTable, type TableColumn } from '../../../shared/data-table';
import { EmptyState } from '../../../shared/empty-state';
import { words } from '../../../shared/format';
import { Identifier } from '../../../shared/identifier';
import { Loaded } from '../../../shared/loaded';
import { Card } from '../../../shared/page';
import { RelativeTime } from '../../../shared/relative-time';
import { Status } from '../../../shared/status';
import { dagsterQuery } from '../api/queries';
import css from './services.module.css';

type Daemon = Schemas['Daemon'];

const columnsOf = (running: boolean): TableColumn<Daemon>[] => [
  { key: 'state', title: 'State', width: 120, cell: (one) => <State daemon={one} running={running} /> },
  {
    key: 'name',
    title: 'Part',
    wrap: true,
    cell: (one) => (
      <span className={css.name}>
        {words(one.name.toLowerCase())}
        {one.errors[0] && <small className={css.fix}>{one.errors[0].split('\n', 1)[0]}</small>}
      </span>
    ),
  },
  { key: 'seen', title: 'Heartbeat', end: true, cell: (one) => <RelativeTime time={one.last_heartbeat_at} why="it was never seen" /> },
];

function State({ daemon, running }: { daemon: Daemon; running: boolean }) {
  if (daemon.healthy === null || !daemon.last_heartbeat_at) return <Status tone="unknown" word="Never seen" />;
  if (!running) return <Status tone="idle" word="Silent" />;
  if (daemon.healthy) return <Status tone="ok" word="Healthy" />;
  return daemon.required ? <Status tone="bad" word="Not running" /> : <Status tone="idle" word="Off" />;
}

/** Whether work can run: the code of the project, and the parts of Dagster's daemon. */
export function DagsterHealth() {
  const health = useQuery(dagsterQuery);
  return (
    <Card
      title="Dagster"
      sub={health.data && `${health.data.version}, code location ${health.data.location}`}
      actions={
        <Button component="a" href="./dagster/" leftSection={<ExternalLink size={13} aria-hidden />}>
          Dagster UI
        </Button>
      }
    >
      <Loaded query={health}>
        {({ failures, daemons, daemon_running }) => (
          <>
            <Failures failures={failures} />
            {!daemon_running && (
              <EmptyState compact title="The daemon does not run" hint="Schedules, sensors and queued runs wait for it. Start it: phlo services start" />
            )}
            {/* Of a daemon that does not run, each part would only say so again. */}
            {daemons.length > 0 && (daemon_running || daemons.some((one) => one.healthy)) && (
              <DataTable label="Parts of the daemon" columns={columnsOf(daemon_running)} rows={daemons} rowKey={(one) => one.name} sortName="daemons" />
            )}
          </>
        )}
      </Loaded>
    </Card>
  );
}

function Failures({ failures }: { failures: Schemas['LoadFailure'][] }) {
  if (failures.length === 0) return null;
  return (
    <ul className={css.failures} aria-label="Files that could not be loaded">
      {failures.map((one) => (
        <li key={`${one.file}:${one.line}`}>
          <span>
            <Status tone="bad" word="Not loaded" plain /> <Identifier name={`${one.file}:${one.line}`} copy />
          </span>
          <span>{one.problem}</span>
          <span className="dim">Fix: {one.fix}</span>
        </li>
      ))}
    </ul>
  );
}

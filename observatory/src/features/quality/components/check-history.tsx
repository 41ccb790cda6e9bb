import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Schemas } from '../../../client/api';
import { DataTable, type TableColumn } from '../../../shared/data-table';
import { count, dateTime, shortId } from '../../../shared/format';
import { Status } from '../../../shared/status';
import { Unknown } from '../../../shared/unknown';
import { sayCheck } from '../../../shared/words';
import { measuredText } from './measured';
import css from './quality.module.css';

type Execution = Schemas['CheckExecution'];

const COLUMNS: TableColumn<Execution>[] = [
  { key: 'status', title: 'Result', width: 110, cell: (one) => <Status {...sayCheck(one.status)} /> },
  {
    key: 'measured',
    title: 'Measured',
    end: true,
    cell: (one) =>
      one.measured === null || one.measured === undefined ? <Unknown why="it measured nothing" /> : measuredText(one.measured).slice(0, 32),
  },
  {
    key: 'expected',
    title: 'Expected',
    cell: (one) =>
      one.expected ? (
        <span className={`trunc ${css.expected}`} title={one.expected}>
          {one.expected}
        </span>
      ) : (
        <Unknown why="it does not say" />
      ),
  },
  {
    key: 'failing',
    title: 'Failing',
    end: true,
    cell: (one) => (one.failing === null ? <Unknown why="it was not counted" /> : count(one.failing)),
  },
  {
    key: 'rows',
    title: 'Of rows',
    end: true,
    cell: (one) => (one.rows === null ? <Unknown why="it was not counted" /> : count(one.rows)),
  },
  {
    key: 'run',
    title: 'Run',
    cell: (one) => (
      <Link to="/runs/$run" params={{ run: one.run_id }} className="mono">
        {shortId(one.run_id)}
      </Link>
    ),
  },
  { key: 'when', title: 'When', end: true, cell: (one) => <span className="num">{dateTime(new Date(one.time))}</span> },
];

interface Props {
  executions: readonly Execution[];
  chosen: number | undefined;
  onChoose: (id: number) => void;
  more: ReactNode;
}

/** Each time a check was run, with what it measured. */
export function CheckHistory({ executions, chosen, onChoose, more }: Props) {
  return (
    <DataTable
      label="History of the check"
      columns={COLUMNS}
      rows={executions}
      rowKey={(one) => String(one.id)}
      onOpen={(one) => onChoose(one.id)}
      isActive={(one) => one.id === chosen}
      sortName="history"
      keys
      foot={more}
    />
  );
}

/** Asks for older executions. */
export function OlderButton({ loading, onClick }: { loading: boolean; onClick: () => void }) {
  return (
    <Button loading={loading} onClick={onClick}>
      Show older
    </Button>
  );
}

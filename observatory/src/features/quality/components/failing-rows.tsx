import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import type { Schemas } from '../../../client/api';
import { EmptyState } from '../../../shared/empty-state';
import { count, dateTime, plural, shortId } from '../../../shared/format';
import { DataGrid } from '../../../shared/grid/data-grid';
import { rowSource } from '../../../shared/grid/row-source';
import { useLakeRef } from '../../../shared/lake-ref';
import { Loaded } from '../../../shared/loaded';
import { Card } from '../../../shared/page';
import { SqlBlock } from '../../../shared/sql-block';
import { useUrlState } from '../../../shared/url-state';
import { rowsNowQuery, rowsThenQuery } from '../api/queries';
import css from './quality.module.css';

type Rows = Schemas['FailingRows'];

interface Props {
  asset: string;
  check: string;
  execution: Schemas['CheckExecution'] | undefined;
}

/** The rows that fail a check: those an execution saw, or those of the ref as it is now. */
export function FailingRowsCard({ asset, check, execution }: Props) {
  const ref = useLakeRef();
  const [when, setWhen] = useUrlState('when', 'then');
  const isNow = when === 'now';
  const then = useQuery({
    ...rowsThenQuery(asset, check, execution?.id ?? 0),
    enabled: execution !== undefined && !isNow,
  });
  const now = useQuery({ ...rowsNowQuery(ref, asset, check), enabled: isNow });
  return (
    <Card
      title="Failing rows"
      actions={
        <SegmentedControl
          aria-label="When"
          value={isNow ? 'now' : 'then'}
          onChange={setWhen}
          data={[
            { value: 'then', label: 'Then' },
            { value: 'now', label: `Now on ${ref}` },
          ]}
        />
      }
    >
      {!isNow && !execution ? (
        <EmptyState compact title="It was never run" hint="Look at what fails now, or run its asset." />
      ) : (
        <Loaded query={isNow ? now : then}>{(rows) => <Answer rows={rows} />}</Loaded>
      )}
    </Card>
  );
}

function Answer({ rows }: { rows: Rows }) {
  const at = rows.commit ? `commit ${shortId(rows.commit)}` : null;
  const time = rows.time ? dateTime(new Date(rows.time)) : null;
  const where = [at, time].filter(Boolean).join(', ');
  return (
    <>
      <p className={css.note}>
        {said(rows)}
        {where && ` At ${where}.`}
      </p>
      {rows.rows.length === 0 ? (
        rows.failing === 0 || rows.complete ? (
          <EmptyState compact icon={CircleCheck} title={rows.when === 'now' ? 'No row fails now' : 'No row failed'} />
        ) : (
          <EmptyState compact title="No row was kept" hint="This check says whether it holds, not which rows it fails for." />
        )
      ) : (
        <div className={css.rows}>
          <DataGrid label="Rows that fail the check" source={rowSource(rows.columns, rows.rows)} />
        </div>
      )}
      {rows.sql && <SqlBlock sql={rows.sql} at={rows.when === 'then' ? rows.commit : null} />}
    </>
  );
}

function said({ rows, failing, complete }: Rows): string {
  if (failing !== null && rows.length < failing) return `${plural(failing, 'failing row')}, ${count(rows.length)} shown.`;
  if (failing !== null) return `${plural(failing, 'failing row')}.`;
  return complete ? `${plural(rows.length, 'failing row')}.` : `The first ${plural(rows.length, 'failing row')}; there are more.`;
}

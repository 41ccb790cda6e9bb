import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ShieldCheck } from 'lucide-react';
import type { Schemas } from '../../../client/api';
import { DataTable, type TableColumn } from '../../../shared/data-table';
import { EmptyState } from '../../../shared/empty-state';
import { count, plural } from '../../../shared/format';
import { Loaded } from '../../../shared/loaded';
import { Card } from '../../../shared/page';
import { RelativeTime } from '../../../shared/relative-time';
import { Status } from '../../../shared/status';
import { Unknown } from '../../../shared/unknown';
import { sayCheck } from '../../../shared/words';
import { valueText } from '../../../shared/value';
import { checksQuery } from '../api/asset';
import css from './table.module.css';

type Check = Schemas['CheckSummary'];

const NEVER = 'it has never run';

const COLUMNS: readonly TableColumn<Check>[] = [
  { key: 'status', title: 'Status', cell: (c) => <Status {...sayCheck(c.status)} />, sort: (c) => c.status },
  {
    key: 'check',
    title: 'Check',
    wrap: true,
    cell: (c) => (
      <span className={css.check}>
        <span className="mono">{c.check}</span>
        {c.description && <small>{c.description}</small>}
      </span>
    ),
    sort: (c) => c.check,
  },
  { key: 'blocking', title: 'Blocks', cell: (c) => (c.blocking ? 'publishing' : 'nothing'), sort: (c) => c.blocking },
  {
    key: 'measured',
    title: 'Measured',
    end: true,
    wrap: true,
    cell: (c) => {
      const value = c.last?.measured;
      return value === null || value === undefined ? (
        <Unknown why={c.last ? 'the check gave no value' : NEVER} />
      ) : (
        <span className={`${css.measured} num`}>{typeof value === 'number' ? value.toLocaleString('en') : valueText(value)}</span>
      );
    },
  },
  {
    key: 'failing',
    title: 'Failing rows',
    end: true,
    cell: (c) => {
      const failing = c.last?.failing;
      return failing === null || failing === undefined ? (
        <Unknown why={c.last ? 'the check counts no rows' : NEVER} />
      ) : (
        count(failing)
      );
    },
    sort: (c) => c.last?.failing,
  },
  { key: 'time', title: 'Last run', end: true, cell: (c) => <RelativeTime time={c.last?.time} why={NEVER} />, sort: (c) => c.last?.time },
];

/** What a table promises, and whether it holds. */
export function ChecksTab({ asset }: { asset: string }) {
  const query = useQuery(checksQuery(asset));
  const navigate = useNavigate();
  return (
    <Loaded query={query}>
      {({ items, total }) =>
        items.length === 0 ? (
          <EmptyState
            icon={ShieldCheck}
            title="Nothing is checked"
            hint={
              <>
                Declare what must hold with the asset: <code className="mono">checks=[phlo.not_null("id"), phlo.unique("id")]</code>.
              </>
            }
          />
        ) : (
          <Card title="Checks" sub={plural(total, 'check')}>
            <DataTable
              label={`Checks of ${asset}`}
              columns={COLUMNS}
              rows={items}
              rowKey={(c) => c.check}
              onOpen={(c) => void navigate({ to: '/quality', search: { asset, check: c.check } })}
              keys
            />
          </Card>
        )
      }
    </Loaded>
  );
}

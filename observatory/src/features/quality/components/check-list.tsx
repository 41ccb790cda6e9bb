import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ShieldCheck } from 'lucide-react';
import type { Schemas } from '../../../client/api';
import { AssetSelect } from '../../../shared/asset-select';
import { DataTable, type TableColumn } from '../../../shared/data-table';
import { EmptyState } from '../../../shared/empty-state';
import { plural } from '../../../shared/format';
import { Identifier } from '../../../shared/identifier';
import { Loaded } from '../../../shared/loaded';
import { Card } from '../../../shared/page';
import { RelativeTime } from '../../../shared/relative-time';
import { SearchBox } from '../../../shared/search-box';
import { Status } from '../../../shared/status';
import { Toolbar } from '../../../shared/toolbar';
import { Unknown } from '../../../shared/unknown';
import { useSetSearch, useUrlState } from '../../../shared/url-state';
import { sayCheck } from '../../../shared/words';
import { checksQuery, type CheckStatus } from '../api/queries';
import { measuredText, numberOf } from './measured';
import css from './quality.module.css';

type Check = Schemas['CheckSummary'];

const COLUMNS: TableColumn<Check>[] = [
  { key: 'status', title: 'Latest', width: 110, cell: (one) => <Latest of={one} /> },
  {
    key: 'check',
    title: 'Check',
    wrap: true,
    cell: (one) => (
      <span className={css.name}>
        <Identifier name={one.check} />
        {one.description && <small>{one.description}</small>}
      </span>
    ),
    sort: (one) => one.check,
  },
  { key: 'asset', title: 'Asset', cell: (one) => <Asset name={one.asset} />, sort: (one) => one.asset },
  {
    key: 'measured',
    title: 'Measured',
    end: true,
    cell: (one) =>
      one.last === null || one.last.measured === null || one.last.measured === undefined ? (
        <Unknown why={one.last ? 'it measured nothing' : 'it was never run'} />
      ) : (
        <span className="num">{measuredText(one.last.measured).slice(0, 24)}</span>
      ),
    sort: (one) => numberOf(one.last?.measured),
  },
  {
    key: 'when',
    title: 'When',
    end: true,
    cell: (one) => <RelativeTime time={one.last?.time} why="it was never run" />,
    sort: (one) => one.last?.time,
  },
];

/** What it came to, and whether it holds back what was written. */
function Latest({ of }: { of: Check }) {
  return (
    <>
      <Status {...sayCheck(of.status)} />
      <small className={css.kind}>{of.blocking ? 'blocks' : 'informs'}</small>
    </>
  );
}

function Asset({ name }: { name: string }) {
  return (
    <span className={css.asset}>
      <Identifier name={name} namespace={name.split('.')[0]} />
    </span>
  );
}

/** Checks with their latest results, those that fail first. */
export function CheckList() {
  const [asset, setAsset] = useUrlState('asset', '');
  const [status] = useUrlState<CheckStatus | ''>('status', '');
  const [text, setText] = useUrlState('q', '');
  const setSearch = useSetSearch();
  const checks = useInfiniteQuery(checksQuery(asset, status));
  const matches = (one: Check) => `${one.check} ${one.asset} ${one.description}`.toLowerCase().includes(text.trim().toLowerCase());
  const clear = () => setSearch({ asset: undefined, status: undefined, q: undefined });
  return (
    <Card title="Checks" sub={status && `that are: ${sayCheck(status).word}`}>
      <Toolbar label="Filter the checks">
        <SearchBox label="Filter the checks" placeholder="Filter the checks" value={text} onChange={setText} />
        <AssetSelect value={asset} onChange={setAsset} />
        {(status || asset || text) && <Button onClick={clear}>Show every check</Button>}
      </Toolbar>
      <Loaded query={checks}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items).filter(matches);
          if (items.length === 0) {
            return status || asset || text ? (
              <EmptyState title="No check matches" action={<Button onClick={clear}>Show every check</Button>} />
            ) : (
              <EmptyState
                icon={ShieldCheck}
                title="The project declares no check"
                hint="Give an ingestion checks=[not_null(…), unique(…)], or write a dbt test."
                action={<Button component={Link} to="/data">Look at the data</Button>}
              />
            );
          }
          return (
            <DataTable
              label="Checks"
              columns={COLUMNS}
              rows={items}
              rowKey={(one) => `${one.asset}/${one.check}`}
              onOpen={(one) => setSearch({ asset: one.asset, check: one.check, from: asset ? undefined : 'all' }, { push: true })}
              keys
              foot={
                <>
                  <span>{plural(items.length, 'check')} shown</span>
                  {checks.hasNextPage && (
                    <Button loading={checks.isFetchingNextPage} onClick={() => void checks.fetchNextPage()}>
                      Show more
                    </Button>
                  )}
                </>
              }
            />
          );
        }}
      </Loaded>
    </Card>
  );
}

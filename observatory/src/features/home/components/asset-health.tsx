import { SegmentedControl } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { Schemas } from '../../../client/api';
import { DataTable, type TableColumn } from '../../../shared/data-table';
import { EmptyState } from '../../../shared/empty-state';
import { count } from '../../../shared/format';
import { Identifier } from '../../../shared/identifier';
import { Card } from '../../../shared/page';
import { RelativeTime } from '../../../shared/relative-time';
import { Status } from '../../../shared/status';
import { Measured } from '../../../shared/unknown';
import { useUrlState } from '../../../shared/url-state';
import { sayFreshness, sayHealth } from '../../../shared/words';

type Asset = Schemas['AssetSummary'];
const WORST = ['fail', 'warn', 'running', 'unknown', 'ok'];

const COLUMNS: TableColumn<Asset>[] = [
  {
    key: 'health',
    title: 'Health',
    sort: (asset) => WORST.indexOf(asset.health),
    cell: (asset) => <Status {...sayHealth(asset.health)} title={asset.why.join('\n') || undefined} />,
  },
  {
    key: 'asset',
    title: 'Asset',
    sort: (asset) => asset.asset,
    cell: (asset) => <Identifier name={asset.asset} namespace={asset.namespace} />,
  },
  {
    key: 'why',
    title: 'Why',
    wrap: true,
    cell: (asset) => <span className="dim">{asset.why.join(', ')}</span>,
  },
  {
    key: 'checks',
    title: 'Checks',
    end: true,
    sort: (asset) => asset.checks.total,
    cell: ({ checks }) =>
      checks.total === 0 ? (
        <span className="dim">none</span>
      ) : (
        <span className="num">{`${count(checks.passed)} of ${count(checks.total)}`}</span>
      ),
  },
  {
    key: 'fresh',
    title: 'Fresh',
    cell: ({ freshness }) =>
      freshness.state === 'none' ? (
        <span className="dim">no promise</span>
      ) : (
        <Status {...sayFreshness(freshness.state)} plain />
      ),
  },
  {
    key: 'rows',
    title: 'Rows written',
    end: true,
    sort: (asset) => asset.last?.rows,
    cell: (asset) => (
      <Measured value={asset.last?.rows} why="its last run did not say how many">
        {count}
      </Measured>
    ),
  },
  {
    key: 'last',
    title: 'Last written',
    end: true,
    sort: (asset) => asset.last?.time,
    cell: (asset) => <RelativeTime time={asset.last?.time} why="it was never written" />,
  },
];

/** One health for each asset, the worst of its run, its freshness and its checks. */
export function AssetHealth({ assets }: { assets: Asset[] }) {
  const navigate = useNavigate();
  const [health, setHealth] = useUrlState('health', 'all');
  const shown = assets.filter((asset) => health === 'all' || asset.health !== 'ok');
  return (
    <Card
      title="Assets"
      sub={count(assets.length)}
      actions={
        <SegmentedControl
          aria-label="Which assets"
          value={health}
          onChange={setHealth}
          data={[
            { value: 'all', label: 'All' },
            { value: 'troubled', label: 'Not healthy' },
          ]}
        />
      }
    >
      {shown.length === 0 ? (
        <EmptyState
          compact
          title={assets.length === 0 ? 'The project declares no asset' : 'Every asset is healthy'}
          hint={assets.length === 0 ? 'Write one: phlo init shows the first' : undefined}
        />
      ) : (
        <DataTable
          label="Assets"
          columns={COLUMNS}
          rows={shown}
          rowKey={(asset) => asset.asset}
          onOpen={(asset) => void navigate({ to: '/tables/$table', params: { table: asset.asset } })}
          sortName="assets"
          initialSort="health"
          keys
        />
      )}
    </Card>
  );
}

import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { useMemo } from 'react';
import { DataTable, type TableColumn } from '../../../shared/data-table';
import { count, plural } from '../../../shared/format';
import { Layer } from '../../../shared/layer';
import { RelativeTime } from '../../../shared/relative-time';
import { Status } from '../../../shared/status';
import { Unknown } from '../../../shared/unknown';
import { sayFreshness, sayHealth } from '../../../shared/words';
import { csv, save } from '../csv';
import type { Asset } from '../reach';
import type { View } from '../use-view';
import css from './lineage.module.css';

const sideOf = (distance: number): string =>
  distance === 0 ? 'in focus' : `${plural(Math.abs(distance), 'step')} ${distance < 0 ? 'upstream' : 'downstream'}`;

/** What the graph says, as rows: for a reader of the screen, to sort, to export. */
export function AssetTable({ view }: { view: View }) {
  const { network, reach, focus } = view;
  const rows = useMemo(
    () => [...network.assets.values()].filter((asset) => !reach || reach.has(asset.asset)),
    [network, reach],
  );
  const degree = (map: Map<string, string[]>, asset: Asset) => map.get(asset.asset)?.length ?? 0;
  const columns = useMemo(
    (): TableColumn<Asset>[] => [
      {
        key: 'asset',
        title: 'Asset',
        width: '26%',
        sort: (a) => a.asset,
        cell: (a) =>
          a.external ? (
            <span className="mono">{a.asset}</span>
          ) : (
            <Link className="mono" to="/tables/$table" params={{ table: a.asset }} search={{}}>
              {a.asset}
            </Link>
          ),
      },
      ...(reach
        ? [{ key: 'distance', title: `From ${focus}`, sort: (a: Asset) => reach.get(a.asset), cell: (a: Asset) => sideOf(reach.get(a.asset) ?? 0) }]
        : []),
      { key: 'layer', title: 'Layer', sort: (a) => a.namespace, cell: (a) => <><Layer namespace={a.namespace} /> {a.namespace || 'outside'}</> },
      { key: 'health', title: 'Health', sort: (a) => a.health, cell: (a) => (a.external ? <Status tone="idle" word="External" /> : <Status {...sayHealth(a.health)} />) },
      { key: 'freshness', title: 'Freshness', sort: (a) => a.freshness, cell: (a) => (a.external ? '' : <Status {...sayFreshness(a.freshness)} plain />) },
      { key: 'owner', title: 'Owner', width: '16%', sort: (a) => a.owners[0], cell: (a) => a.owners.join(', ') || <Unknown why="the declaration names no owner" /> },
      { key: 'up', title: 'Made from', end: true, sort: (a) => degree(network.up, a), cell: (a) => count(degree(network.up, a)) },
      { key: 'down', title: 'Used by', end: true, sort: (a) => degree(network.down, a), cell: (a) => count(degree(network.down, a)) },
      { key: 'last', title: 'Last made', end: true, sort: (a) => a.last_at, cell: (a) => <RelativeTime time={a.last_at} why={a.external ? 'it is made outside' : 'it has never been made'} /> },
    ],
    [network, reach, focus],
  );
  function exportRows(): void {
    const lines = rows.map((a) => [a.asset, a.namespace, a.health, a.freshness, a.owners.join(' '), reach?.get(a.asset), a.last_at]);
    save('lineage.csv', csv(['asset', 'layer', 'health', 'freshness', 'owners', 'steps', 'last made'], lines));
  }
  return (
    <DataTable
      label="Lineage"
      columns={columns}
      rows={rows}
      rowKey={(a) => a.asset}
      onOpen={(a) => view.setFocus(a.asset)}
      isActive={(a) => a.asset === focus}
      foot={
        <div className={css.headRow}>
          <span className="num">{plural(rows.length, 'asset')}</span>
          <Button size="compact-xs" leftSection={<Download size={12} aria-hidden />} onClick={exportRows}>
            CSV
          </Button>
        </div>
      }
      keys
      scrolls
    />
  );
}

import { ActionIcon, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowDownToLine, ArrowUpFromLine, Download, Table2, X } from 'lucide-react';
import { useMemo } from 'react';
import { count, plural } from '../../../shared/format';
import { KeyValue } from '../../../shared/key-value';
import { Layer } from '../../../shared/layer';
import { Loaded } from '../../../shared/loaded';
import { RelativeTime } from '../../../shared/relative-time';
import { Status } from '../../../shared/status';
import { Unknown } from '../../../shared/unknown';
import { sayFreshness, sayHealth } from '../../../shared/words';
import { impactQuery } from '../api/lineage';
import { csv, save } from '../csv';
import { reachOf, type Asset } from '../reach';
import type { View } from '../use-view';
import css from './lineage.module.css';

const NO_END = 1000;

/** What is known of the asset in focus, and who feels a change of it. */
export function SidePanel({ asset, view }: { asset: Asset; view: View }) {
  const { network } = view;
  const [up, down] = useMemo(() => {
    const counted = (way: 'upstream' | 'downstream') => reachOf(network, asset.asset, way, NO_END).size - 1;
    return [counted('upstream'), counted('downstream')];
  }, [network, asset.asset]);
  return (
    <aside className={css.panel} aria-label={asset.asset}>
      <div className={css.panelHead}>
        <h2 className="mono">{asset.asset}</h2>
        <ActionIcon aria-label="Look at all" onClick={() => view.setFocus('')}>
          <X size={14} aria-hidden />
        </ActionIcon>
      </div>
      {!asset.external && (
        <div className={css.actions}>
          <Button
            variant="filled"
            leftSection={<Table2 size={13} aria-hidden />}
            renderRoot={(props) => <Link to="/tables/$table" params={{ table: asset.asset }} search={{}} {...props} />}
          >
            Open table
          </Button>
          <Button renderRoot={(props) => <Link to="/tables/$table" params={{ table: asset.asset }} search={{ tab: 'runs' }} {...props} />}>
            Runs
          </Button>
        </div>
      )}
      <div>
        <KeyValue
          end
          pairs={[
            ['Layer', <span key="l" className={css.headRow}><Layer namespace={asset.namespace} />{asset.namespace || 'outside'}</span>],
            ['Health', asset.external ? <Status key="h" tone="idle" word="External" /> : <Status key="h" {...sayHealth(asset.health)} />],
            ['Freshness', asset.external ? undefined : <Status key="f" {...sayFreshness(asset.freshness)} />],
            ['Failing checks', asset.external ? undefined : count(asset.checks_failed)],
            ['Last made', <RelativeTime key="t" time={asset.last_at} why={asset.external ? 'it is made outside' : 'it has never been made'} />],
            ['Owner', asset.owners.length > 0 ? asset.owners.join(', ') : <Unknown key="o" why="the declaration names no owner" />],
            ['Kind', asset.kinds.length > 0 ? asset.kinds.join(', ') : undefined],
          ]}
        />
      </div>
      <div className={css.counts}>
        <div>
          <ArrowUpFromLine size={15} aria-hidden />
          <b>{count(up)}</b> <span className="dim">upstream</span>
        </div>
        <div>
          <ArrowDownToLine size={15} aria-hidden />
          <b>{count(down)}</b> <span className="dim">downstream</span>
        </div>
      </div>
      <ImpactList asset={asset.asset} onFocus={view.setFocus} />
    </aside>
  );
}

function ImpactList({ asset, onFocus }: { asset: string; onFocus: (asset: string) => void }) {
  const query = useQuery(impactQuery(asset));
  return (
    <div>
      <Loaded query={query} compact>
        {(impact) => (
          <>
            <div className={css.headRow}>
              <h3>Impact of a change</h3>
              {impact.total > 0 && (
                <Button
                  size="compact-xs"
                  leftSection={<Download size={12} aria-hidden />}
                  onClick={() =>
                    save(
                      `impact-${asset}.csv`,
                      csv(['asset', 'steps', 'owners', 'health'], impact.nodes.map((node) => [node.asset, node.distance, node.owners.join(' '), node.health])),
                    )
                  }
                >
                  CSV
                </Button>
              )}
            </div>
            {impact.total === 0 && <p className="dim">Nothing here is made from it.</p>}
            {impact.by_owner.map((owner) => (
              <div key={owner.owner ?? ''}>
                <p className={css.owner}>
                  {owner.owner ?? 'No owner'} <span className="dim">{plural(owner.assets.length, 'asset')}</span>
                </p>
                <ul className={css.impact}>
                  {owner.assets.map((each) => (
                    <li key={each}>
                      <button type="button" onClick={() => onFocus(each)}>
                        <span className="mono">{each}</span>
                      </button>
                    </li>
                  ))}
                </ul>
              </div>
            ))}
          </>
        )}
      </Loaded>
    </div>
  );
}

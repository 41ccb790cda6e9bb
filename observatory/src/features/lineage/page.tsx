import { useQuery } from '@tanstack/react-query';
import { Workflow } from 'lucide-react';
import { lazy, Suspense } from 'react';
import type { Schemas } from '../../client/api';
import { EmptyState } from '../../shared/empty-state';
import { Loaded } from '../../shared/loaded';
import { FullPage } from '../../shared/page';
import { SkeletonRows } from '../../shared/skeleton';
import { useUrlState } from '../../shared/url-state';
import { graphQuery } from './api/lineage';
import { AssetTable } from './components/asset-table';
import { SidePanel } from './components/side-panel';
import { Toolbar } from './components/toolbar';
import { useView } from './use-view';
import css from './components/lineage.module.css';

const GraphView = lazy(() => import('./components/graph-view'));

/** What is made from what, and who feels a change. */
export default function LineagePage() {
  const query = useQuery(graphQuery);
  return (
    <FullPage title="Lineage">
      <Loaded query={query} skeleton={<SkeletonRows rows={14} />}>
        {(graph) =>
          graph.nodes.length === 0 ? (
            <EmptyState
              icon={Workflow}
              title="No asset is declared"
              hint={
                <>
                  Write one: <code className="mono">phlo create ingestion</code>, or look whether a definition fails to load.
                </>
              }
            />
          ) : (
            <Lineage graph={graph} />
          )
        }
      </Loaded>
    </FullPage>
  );
}

function Lineage({ graph }: { graph: Schemas['AssetGraph'] }) {
  const view = useView(graph);
  const [shape, setShape] = useUrlState<'graph' | 'table'>('view', 'graph');
  const focused = view.network.assets.get(view.focus);
  return (
    <>
      <Toolbar graph={graph} view={view} shape={shape} onShape={setShape} />
      <div className={css.body}>
        {shape === 'table' ? (
          <div className={css.list}>
            <AssetTable view={view} />
          </div>
        ) : (
          <Suspense fallback={<SkeletonRows rows={14} />}>
            <GraphView graph={graph} view={view} />
          </Suspense>
        )}
        {focused && <SidePanel asset={focused} view={view} />}
      </div>
    </>
  );
}

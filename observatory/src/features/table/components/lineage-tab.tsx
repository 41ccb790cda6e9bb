import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../client/api';
import { EmptyState } from '../../../shared/empty-state';
import { Layer } from '../../../shared/layer';
import { Loaded } from '../../../shared/loaded';
import { Card } from '../../../shared/page';
import { Status } from '../../../shared/status';
import { sayHealth } from '../../../shared/words';
import { neighboursQuery } from '../api/asset';
import css from './table.module.css';

type Neighbour = Schemas['Neighbour'];

/** What a table is made from and what is made from it, one step each way. */
export function LineageTab({ asset }: { asset: string }) {
  const query = useQuery(neighboursQuery(asset));
  return (
    <Loaded query={query}>
      {(found) => (
        <>
          <div className={css.split}>
            <Side
              title="Made from"
              nodes={found.nodes.filter((node) => node.direction === 'upstream')}
              more={found.more_upstream}
              empty="It is made from nothing in this lake"
              hint="It is read from a source outside."
            />
            <Side
              title="Used by"
              nodes={found.nodes.filter((node) => node.direction === 'downstream')}
              more={found.more_downstream}
              empty="Nothing is made from it"
              hint="A change of it reaches nobody here."
            />
          </div>
          <Button mt={12} renderRoot={(props) => <Link to="/lineage" search={{ focus: asset }} {...props} />}>
            See it in the graph
          </Button>
        </>
      )}
    </Loaded>
  );
}

function Side(props: { title: string; nodes: Neighbour[]; more: number; empty: string; hint: string }) {
  const { title, nodes, more, empty, hint } = props;
  return (
    <Card title={title} sub={more > 0 ? `and ${more} more further away` : undefined}>
      {nodes.length === 0 ? (
        <EmptyState title={empty} hint={hint} compact />
      ) : (
        <ul className={css.neighbours}>
          {nodes.map((node) => (
            <li key={node.asset}>
              <Layer namespace={node.namespace} />
              {node.external ? (
                <span className="mono">{node.asset}</span>
              ) : (
                <Link className="mono" to="/tables/$table" params={{ table: node.asset }} search={{}}>
                  {node.asset}
                </Link>
              )}
              <span className="dim">{node.namespace}</span>
              {node.external ? <Status tone="idle" word="External" plain /> : <Status {...sayHealth(node.health)} plain />}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

import type { Node, NodeProps } from '@xyflow/react';
import { createContext, memo, useContext } from 'react';
import { Status } from '../../../shared/status';
import type { Seen } from '../lenses';
import type { Asset } from '../reach';
import { isQuiet } from './blocks';
import css from './lineage.module.css';

export type FlowNode = Node<{ asset: Asset; seen: Seen; dim: boolean; focus: boolean }, 'asset'>;

/** Below this zoom text cannot be read: a node is a block of its colour. */
export const FAR = 0.38;

/** Whether the graph is looked at from afar; asked once for all nodes. */
export const IsFar = createContext(false);

/** An asset in the graph. */
export const AssetNode = memo(function AssetNode({ data }: NodeProps<FlowNode>) {
  const far = useContext(IsFar);
  const { asset, seen, dim, focus } = data;
  const marks = { 'data-dim': dim || undefined, 'data-focus': focus || undefined };
  if (far) {
    return <div className={css.block} style={{ background: seen.colour }} title={asset.asset} data-quiet={isQuiet({ data }) || undefined} {...marks} />;
  }
  const name = asset.namespace ? asset.asset.slice(asset.namespace.length + 1) || asset.asset : asset.asset;
  return (
    <div className={css.node} style={{ borderLeftColor: seen.colour }} title={asset.asset} data-external={asset.external || undefined} {...marks}>
      <b className="mono trunc">{name}</b>
      <small className="trunc">
        {asset.namespace && <span>{asset.namespace}</span>}
        {seen.said ? <Status {...seen.said} plain /> : seen.word !== asset.namespace && <span>{seen.word}</span>}
      </small>
    </div>
  );
});

import { useReactFlow, useStoreApi } from '@xyflow/react';
import { useEffect, useState } from 'react';
import type { FlowNode } from './asset-node';
import { nodeAt } from './blocks';
import css from './lineage.module.css';

/** How far beside a block a pointer still means it. */
export const SLACK_PX = 3;

/** The name of the block under the pointer: from afar blocks have no text. */
export function FarLabel({ nodes }: { nodes: readonly FlowNode[] }) {
  const flow = useReactFlow();
  const store = useStoreApi();
  const [label, setLabel] = useState<{ text: string; x: number; y: number } | null>(null);
  useEffect(() => {
    const { domNode } = store.getState();
    if (!domNode) return;
    function onMove(event: PointerEvent): void {
      const box = domNode?.getBoundingClientRect();
      const place = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
      const found = event.buttons === 0 ? nodeAt(nodes, place, SLACK_PX / flow.getZoom()) : undefined;
      setLabel(found && box ? { text: found.id, x: event.clientX - box.left, y: event.clientY - box.top } : null);
    }
    const onLeave = (): void => setLabel(null);
    domNode.addEventListener('pointermove', onMove);
    domNode.addEventListener('pointerleave', onLeave);
    return () => {
      domNode.removeEventListener('pointermove', onMove);
      domNode.removeEventListener('pointerleave', onLeave);
    };
  }, [flow, store, nodes]);
  if (!label) return null;
  return (
    <span className={`${css.farLabel} mono`} style={{ left: label.x, top: label.y }}>
      {label.text}
    </span>
  );
}

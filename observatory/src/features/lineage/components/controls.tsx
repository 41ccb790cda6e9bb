import { ActionIcon } from '@mantine/core';
import { MiniMap, useReactFlow } from '@xyflow/react';
import { Maximize, Minus, Plus } from 'lucide-react';
import { useShortcuts } from '../../../shared/shortcuts';
import type { FlowNode } from './asset-node';
import css from './lineage.module.css';

const STEP = { duration: 120 };

/** Nearer, further, all; and where one is in a big graph. */
export function Controls({ map, onFit }: { map: boolean; onFit: () => void }) {
  const flow = useReactFlow();
  useShortcuts([
    { keys: '+', label: 'Nearer', group: 'Lineage', run: () => void flow.zoomIn(STEP) },
    { keys: '-', label: 'Further', group: 'Lineage', run: () => void flow.zoomOut(STEP) },
    { keys: '0', label: 'Whole graph', group: 'Lineage', run: onFit },
  ]);
  return (
    <>
      <div className={css.controls}>
        <ActionIcon aria-label="Nearer" onClick={() => void flow.zoomIn(STEP)}>
          <Plus size={14} aria-hidden />
        </ActionIcon>
        <ActionIcon aria-label="Further" onClick={() => void flow.zoomOut(STEP)}>
          <Minus size={14} aria-hidden />
        </ActionIcon>
        <ActionIcon aria-label="Whole graph" onClick={onFit}>
          <Maximize size={13} aria-hidden />
        </ActionIcon>
      </div>
      {map && (
        <MiniMap<FlowNode>
          className={css.map}
          position="bottom-left"
          style={{ left: 56, bottom: 2 }}
          nodeColor={(node) => node.data.seen.colour}
          bgColor="var(--panel)"
          maskColor="color-mix(in srgb, var(--bg) 60%, transparent)"
          ariaLabel="The whole graph, small"
          pannable
        />
      )}
    </>
  );
}

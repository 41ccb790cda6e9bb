import '@xyflow/react/dist/base.css';
import { ReactFlow, ReactFlowProvider, useReactFlow, useStore, type NodeMouseHandler } from '@xyflow/react';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useState, type KeyboardEvent, type MouseEvent } from 'react';
import type { Schemas } from '../../../client/api';
import { layered, SIZES, type Point } from '../layout/layout';
import { isLit, type Edge } from '../reach';
import type { View } from '../use-view';
import { AssetNode, FAR, IsFar, type FlowNode } from './asset-node';
import { nodeAt } from './blocks';
import { Controls } from './controls';
import { Edges } from './edges';
import { FarLabel, SLACK_PX } from './far-label';
import { FarCanvas } from './far-canvas';
import { Legend } from './legend';
import { LEAST_ZOOM, useFit } from './use-fit';
import css from './lineage.module.css';

const NODE_TYPES = { asset: AssetNode };
const NO_NODES: FlowNode[] = [];
/** A bigger graph is drawn as blocks for longer: nodes with text are dear, and few can be read. */
const BIG = 400;
const FAR_BIG = 0.55;

interface Props {
  graph: Schemas['AssetGraph'];
  view: View;
}

/** The graph, from left to right; the arrows walk it from the asset in focus. */
export default function GraphView(props: Props) {
  return (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  );
}

function Canvas({ graph, view }: Props) {
  const { focus, reach, rest, look, setFocus } = view;
  const flow = useReactFlow();
  const navigate = useNavigate();
  const hides = rest === 'hide' && reach !== null;
  const ids = useMemo(
    () => graph.nodes.map((node) => node.asset).filter((id) => !hides || reach.has(id)),
    [graph, hides, hides ? reach : null],
  );
  const points = useMemo(() => layered(ids, graph.edges), [ids, graph]);
  const isBig = ids.length > BIG;
  const isFar = useStore((state) => state.transform[2] < (isBig ? FAR_BIG : FAR));
  const [isPlaced, setPlaced] = useState(false);
  // Before it is first brought into sight nobody knows how far away a big graph is.
  const far = isFar || (isBig && !isPlaced);
  const fit = useFit(points);
  const nodes = useMemo(
    () =>
      ids.flatMap((id): FlowNode[] => {
        const [asset, position] = [view.network.assets.get(id), points.get(id)];
        if (!asset || !position) return [];
        const data = { asset, seen: look(asset), dim: reach !== null && !reach.has(id), focus: id === focus };
        return [{ id, type: 'asset', position, data, width: SIZES.width, height: SIZES.height }];
      }),
    [ids, points, view.network, look, reach, focus],
  );
  const { lit, still } = useMemo(() => {
    const shown = graph.edges.filter(({ source, target }) => points.has(source) && points.has(target));
    const isOn = (edge: Edge) => reach !== null && isLit(edge, reach);
    return { lit: shown.filter(isOn), still: shown.filter((edge) => !isOn(edge)) };
  }, [graph, points, reach]);

  useEffect(() => {
    // The panel has taken its width once the frame is drawn.
    const frame = requestAnimationFrame(() => {
      fit(reach?.keys());
      setPlaced(true);
    });
    return () => cancelAnimationFrame(frame);
  }, [fit, reach]);

  const drawsBlocks = far && isBig;
  const edges = { still, lit, points, dim: reach !== null };
  function onPaneClick(event: MouseEvent): void {
    if (!drawsBlocks) return;
    const place = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    const found = nodeAt(nodes, place, SLACK_PX / flow.getZoom());
    if (found) setFocus(found.id);
  }
  const open: NodeMouseHandler<FlowNode> = (_event, node) => {
    if (!node.data.asset.external) void navigate({ to: '/tables/$table', params: { table: node.id }, search: {} });
  };
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Enter' && focus && !view.network.assets.get(focus)?.external) {
      void navigate({ to: '/tables/$table', params: { table: focus }, search: {} });
      return;
    }
    const next = nextAsset(event.key, focus, view, points);
    if (!next) return;
    event.preventDefault();
    setFocus(next);
  }
  return (
    <IsFar value={far}>
      <div
        className={css.canvas}
        role="group"
        aria-label={`Lineage of ${ids.length} assets. The arrows walk it, Enter opens a table; the table view says the same.`}
        tabIndex={0}
        data-drawn={isPlaced ? nodes.length : 0}
        onKeyDown={onKeyDown}
      >
        <ReactFlow
          nodes={drawsBlocks ? NO_NODES : nodes}
          edges={[]}
          nodeTypes={NODE_TYPES}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          elementsSelectable={false}
          onlyRenderVisibleElements
          zoomOnDoubleClick={false}
          disableKeyboardA11y
          minZoom={LEAST_ZOOM}
          maxZoom={2}
          onNodeClick={(_event, node) => setFocus(node.id)}
          onNodeDoubleClick={open}
          onPaneClick={onPaneClick}
        >
          {drawsBlocks ? <FarCanvas nodes={nodes} {...edges} /> : <Edges {...edges} />}
          <Controls map={nodes.length > 40 && !drawsBlocks} onFit={() => fit()} />
          {drawsBlocks && <FarLabel nodes={nodes} />}
        </ReactFlow>
        <Legend graph={graph} look={look} />
      </div>
    </IsFar>
  );
}

/** Returns where an arrow leads: to what it is made from, to its users, up and down its column. */
function nextAsset(key: string, focus: string, view: View, points: Map<string, Point>): string | undefined {
  if (!['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'].includes(key)) return undefined;
  const at = points.get(focus);
  const byHeight = (ids: readonly string[]) =>
    ids.filter((id) => points.has(id)).sort((a, b) => (points.get(a)?.y ?? 0) - (points.get(b)?.y ?? 0));
  if (!at) return byHeight([...points.keys()]).sort((a, b) => (points.get(a)?.x ?? 0) - (points.get(b)?.x ?? 0))[0];
  if (key === 'ArrowLeft' || key === 'ArrowRight') {
    const beside = (key === 'ArrowLeft' ? view.network.up : view.network.down).get(focus) ?? [];
    const away = (id: string) => Math.abs((points.get(id)?.y ?? 0) - at.y);
    return byHeight(beside).sort((a, b) => away(a) - away(b))[0];
  }
  const column = byHeight([...points.keys()].filter((id) => points.get(id)?.x === at.x));
  return column[column.indexOf(focus) + (key === 'ArrowDown' ? 1 : -1)];
}

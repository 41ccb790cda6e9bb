import { useComputedColorScheme } from '@mantine/core';
import { useStoreApi } from '@xyflow/react';
import { useEffect, useMemo, useRef } from 'react';
import { groupBy } from '../../../shared/group-by';
import { SIZES, type Point } from '../layout/layout';
import type { Edge } from '../reach';
import type { FlowNode } from './asset-node';
import { isQuiet } from './blocks';
import css from './lineage.module.css';

interface Props {
  nodes: readonly FlowNode[];
  still: readonly Edge[];
  lit: readonly Edge[];
  points: Map<string, Point>;
  dim: boolean;
}

interface Blocks {
  colour: string;
  alpha: number;
  focus: boolean;
  at: Point[];
}

const ALPHA = { focus: 1, dim: 0.12, quiet: 0.38, loud: 0.75 };
const FOCUS_PX = 3;

/**
 * A big graph from afar, on one canvas: blocks and edges, drawn anew for each step of a pan or zoom.
 *
 * Elements cost a layout and a raster each time, which without a graphics card is a second.
 */
export function FarCanvas({ nodes, still, lit, points, dim }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const store = useStoreApi();
  const scheme = useComputedColorScheme();
  const blocks = useMemo(() => blocksOf(nodes), [nodes]);
  const paths = useMemo(() => ({ still: curvesOf(still, points), lit: curvesOf(lit, points) }), [still, lit, points]);
  useEffect(() => {
    const sheet = canvas.current;
    if (!sheet) return;
    const colours = colourReader();
    let frame = 0;
    const draw = (): void => {
      frame = 0;
      const { width, height, transform } = store.getState();
      const pen = cleared(sheet, width, height);
      if (!pen) return;
      const [x, y, zoom] = transform;
      pen.transform(zoom, 0, 0, zoom, x, y);
      strokeAll(pen, paths.still, colours('var(--edge)'), 1 / zoom, dim ? 0.22 : 1);
      fillAll(pen, blocks, colours, zoom);
      strokeAll(pen, paths.lit, colours('var(--accent)'), 1.6 / zoom, 1);
    };
    const soon = (): void => {
      if (frame === 0) frame = requestAnimationFrame(draw);
    };
    draw();
    const stop = store.subscribe(soon);
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, [store, blocks, paths, dim, scheme]);
  return <canvas ref={canvas} className={css.far} aria-hidden />;
}

function blocksOf(nodes: readonly FlowNode[]): Blocks[] {
  const look = (node: FlowNode) => [node.data.seen.colour, alphaOf(node), node.data.focus].join(' ');
  return [...groupBy(nodes, look).values()].flatMap((members) => {
    const [first] = members;
    if (!first) return [];
    const at = members.map((node) => node.position);
    return [{ colour: first.data.seen.colour, alpha: alphaOf(first), focus: first.data.focus, at }];
  });
}

function alphaOf(node: FlowNode): number {
  if (node.data.focus) return ALPHA.focus;
  if (node.data.dim) return ALPHA.dim;
  return isQuiet(node) ? ALPHA.quiet : ALPHA.loud;
}

function curvesOf(edges: readonly Edge[], points: Map<string, Point>): Path2D {
  const path = new Path2D();
  for (const { source, target } of edges) {
    const [from, to] = [points.get(source), points.get(target)];
    if (!from || !to) continue;
    const x = from.x + SIZES.width;
    const [y1, y2] = [from.y + SIZES.height / 2, to.y + SIZES.height / 2];
    const bend = Math.max(36, Math.min(140, Math.abs(to.x - x) * 0.5));
    path.moveTo(x, y1);
    path.bezierCurveTo(x + bend, y1, to.x - bend, y2, to.x, y2);
  }
  return path;
}

/** Returns an empty sheet of the size of the view, in the pixels of the screen. */
function cleared(sheet: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio || 1;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (sheet.width !== wide || sheet.height !== high) [sheet.width, sheet.height] = [wide, high];
  const pen = sheet.getContext('2d');
  pen?.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen?.clearRect(0, 0, width, height);
  return pen;
}

function strokeAll(pen: CanvasRenderingContext2D, path: Path2D, colour: string, width: number, alpha: number): void {
  pen.globalAlpha = alpha;
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.stroke(path);
}

function fillAll(pen: CanvasRenderingContext2D, blocks: readonly Blocks[], colours: (token: string) => string, zoom: number): void {
  for (const { colour, alpha, focus, at } of blocks) {
    pen.globalAlpha = alpha;
    pen.fillStyle = colours(colour);
    for (const { x, y } of at) pen.fillRect(x, y, SIZES.width, SIZES.height);
    if (!focus) continue;
    pen.strokeStyle = colours('var(--accent)');
    pen.lineWidth = FOCUS_PX / zoom;
    for (const { x, y } of at) pen.strokeRect(x, y, SIZES.width, SIZES.height);
  }
}

/** Returns what knows the colour of a token in the scheme of the page: a canvas knows no tokens. */
function colourReader(): (token: string) => string {
  const styles = getComputedStyle(document.documentElement);
  const known = new Map<string, string>();
  return (token) => {
    const held = known.get(token) ?? (styles.getPropertyValue(token.replace(/^var\((.*)\)$/, '$1')).trim() || token);
    known.set(token, held);
    return held;
  };
}

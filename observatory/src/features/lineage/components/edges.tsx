import { useStore, ViewportPortal } from '@xyflow/react';
import { memo, useMemo } from 'react';
import { SIZES, type Point } from '../layout/layout';
import type { Edge } from '../reach';
import css from './lineage.module.css';

interface Props {
  still: readonly Edge[];
  lit: readonly Edge[];
  points: Map<string, Point>;
  dim: boolean;
}

/** All edges as two paths, so that thousands of them cost two elements. */
export const Edges = memo(function Edges({ still, lit, points, dim }: Props) {
  const stillPath = useMemo(() => pathOf(still, points), [still, points]);
  const litPath = useMemo(() => pathOf(lit, points), [lit, points]);
  // In steps, so that a pinch does not draw all edges anew for every pixel.
  const scale = useStore((state) => 2 ** Math.round(Math.log2(Math.max(1, 1 / state.transform[2]))));
  return (
    <ViewportPortal>
      <svg className={css.edges} aria-hidden>
        <path className={css.still} d={stillPath} strokeWidth={1.1 * scale} data-dim={dim || undefined} />
        <path className={css.lit} d={litPath} strokeWidth={1.6 * scale} />
      </svg>
    </ViewportPortal>
  );
});

/** Returns edges as curves from the right of one node to the left of the other. */
export function pathOf(edges: readonly Edge[], points: Map<string, Point>): string {
  const parts: string[] = [];
  for (const { source, target } of edges) {
    const [from, to] = [points.get(source), points.get(target)];
    if (!from || !to) continue;
    const x1 = from.x + SIZES.width;
    const [y1, y2] = [from.y + SIZES.height / 2, to.y + SIZES.height / 2];
    const bend = Math.max(36, Math.min(140, Math.abs(to.x - x1) * 0.5));
    parts.push(`M${r(x1)} ${r(y1)}C${r(x1 + bend)} ${r(y1)} ${r(to.x - bend)} ${r(y2)} ${r(to.x)} ${r(y2)}`);
  }
  return parts.join('');
}

const r = (value: number): number => Math.round(value * 10) / 10;

import { getViewportForBounds, useReactFlow, useStoreApi } from '@xyflow/react';
import { useCallback } from 'react';
import { SIZES, type Point } from '../layout/layout';

const FIT_MS = 220;
/** A bigger graph jumps instead of gliding: every step of the way would draw it anew. */
const GLIDES = 300;
const PADDING = 0.12;
export const LEAST_ZOOM = 0.03;

/** Returns what brings places into sight: some of them, or all. */
export function useFit(points: Map<string, Point>): (ids?: Iterable<string>) => void {
  const flow = useReactFlow();
  const store = useStoreApi();
  return useCallback(
    (ids: Iterable<string> = points.keys()) => {
      const box = store.getState().domNode?.getBoundingClientRect();
      const bounds = boundsOf(ids, points);
      if (!box || !bounds) return;
      const viewport = getViewportForBounds(bounds, box.width, box.height, LEAST_ZOOM, 1.1, PADDING);
      const jumps = points.size > GLIDES || matchMedia('(prefers-reduced-motion: reduce)').matches;
      void flow.setViewport(viewport, { duration: jumps ? 0 : FIT_MS });
    },
    [flow, store, points],
  );
}

/** Returns the rectangle around places, if there is any. */
export function boundsOf(
  ids: Iterable<string>,
  points: Map<string, Point>,
): { x: number; y: number; width: number; height: number } | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const id of ids) {
    const at = points.get(id);
    if (!at) continue;
    left = Math.min(left, at.x);
    top = Math.min(top, at.y);
    right = Math.max(right, at.x + SIZES.width);
    bottom = Math.max(bottom, at.y + SIZES.height);
  }
  return left === Infinity ? null : { x: left, y: top, width: right - left, height: bottom - top };
}

import { SIZES, type Point } from '../layout/layout';
import type { Seen } from '../lenses';

/** Whether nothing is the matter with an asset; only what is stays bright from afar. */
export const isQuiet = ({ data: { seen } }: { data: { seen: Seen } }): boolean =>
  seen.said ? seen.said.tone !== 'bad' && seen.said.tone !== 'warn' : true;

/** Returns the node at a place of the graph, a little beside it as well. */
export function nodeAt<T extends { position: Point }>(nodes: readonly T[], { x, y }: Point, slack: number): T | undefined {
  return nodes.find(
    ({ position }) =>
      x >= position.x - slack &&
      x <= position.x + SIZES.width + slack &&
      y >= position.y - slack &&
      y <= position.y + SIZES.height + slack,
  );
}

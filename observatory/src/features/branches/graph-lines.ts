/** What a line of the graph needs of a commit. */
export interface Placed {
  id: string;
  parents: readonly string[];
  lane: number;
}

export interface Line {
  /** The lane whose colour it has. */
  lane: number;
  d: string;
}

export const ROW = 34;
export const LANE = 16;
const EDGE = 12;

export const laneX = (lane: number): number => EDGE + lane * LANE;
export const rowY = (row: number): number => row * ROW + ROW / 2;

/**
 * Returns the lines from each commit down to its parents.
 *
 * A parent further down than what is loaded is led to by a line to the lower edge.
 */
export function linesOf(commits: readonly Placed[]): Line[] {
  const rows = new Map(commits.map((commit, row) => [commit.id, row]));
  return commits.flatMap((commit, row) =>
    commit.parents.map((parent): Line => {
      const to = rows.get(parent);
      const [x, y] = [laneX(commit.lane), rowY(row)];
      if (to === undefined) return { lane: commit.lane, d: `M${x} ${y}V${commits.length * ROW}` };
      const [toX, toY] = [laneX(commits[to]?.lane ?? 0), rowY(to)];
      // The line keeps to the outer lane, and bends in the row beside the other one.
      const outer = Math.max(commit.lane, commits[to]?.lane ?? 0);
      if (x === toX) return { lane: outer, d: `M${x} ${y}V${toY}` };
      const bend = ROW / 2;
      const d =
        toX > x
          ? `M${x} ${y}C${x} ${y + bend} ${toX} ${y + bend / 2} ${toX} ${y + ROW}V${toY}`
          : `M${x} ${y}V${toY - ROW}C${x} ${toY - bend / 2} ${toX} ${toY - bend} ${toX} ${toY}`;
      return { lane: outer, d };
    }),
  );
}

const COLOURS = ['--accent', '--layer-other', '--layer-staging', '--layer-marts', '--run-fill', '--layer-raw'];

/** Returns the token of the colour of a lane. */
export const laneColour = (lane: number): string => `var(${COLOURS[lane % COLOURS.length] ?? '--accent'})`;

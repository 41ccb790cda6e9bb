interface Props {
  /** Values from left to right; null leaves a gap, since it was not measured. */
  values: readonly (number | null)[];
  /** A token: `var(--chart-line)`. */
  colour?: string;
  width?: number;
  height?: number;
  label: string;
}

/** A line the size of a word. */
export function Sparkline({
  values,
  colour = 'var(--chart-line)',
  width = 96,
  height = 30,
  label,
}: Props) {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return null;
  const low = Math.min(...known);
  const range = Math.max(...known) - low || 1;
  const x = (at: number) => 1 + (at / (values.length - 1)) * (width - 2);
  const y = (value: number) => height - 3 - ((value - low) / range) * (height - 6);
  const runs = runsOf(values);
  return (
    <svg width={width} height={height} role="img" aria-label={label}>
      {runs.map((run) => {
        const points = run.map(([at, value]) => `${x(at)},${y(value)}`).join(' ');
        const [first, last] = [run[0]?.[0] ?? 0, run.at(-1)?.[0] ?? 0];
        return (
          <g key={first}>
            <polygon points={`${x(first)},${height} ${points} ${x(last)},${height}`} fill={colour} opacity="0.1" />
            <polyline
              points={points}
              fill="none"
              stroke={colour}
              strokeWidth="1.5"
              strokeLinejoin="round"
              strokeLinecap="round"
            />
          </g>
        );
      })}
    </svg>
  );
}

/** Splits values at their gaps. */
function runsOf(values: readonly (number | null)[]): [at: number, value: number][][] {
  const runs: [number, number][][] = [];
  let open: [number, number][] = [];
  values.forEach((value, at) => {
    if (value !== null) open.push([at, value]);
    else if (open.length > 0) {
      runs.push(open);
      open = [];
    }
  });
  if (open.length > 0) runs.push(open);
  return runs;
}

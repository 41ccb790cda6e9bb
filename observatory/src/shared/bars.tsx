import { useElementSize } from '@mantine/hooks';
import { useState } from 'react';
import { compact, count } from './format';
import { ticks } from './ticks';
import css from './charts.module.css';

/** A series of a bar chart: its colour is a token. */
export interface Series {
  name: string;
  colour: string;
}

/** A bar: a value for each series, from the bottom up. */
export interface Bar {
  label: string;
  values: readonly number[];
}

interface Props {
  series: readonly Series[];
  bars: readonly Bar[];
  height?: number;
  label: string;
  /** Formats values in the tip; counts by default. */
  format?: (value: number) => string;
}

const LEFT = 38;
const BOTTOM = 22;
const TOP = 6;

/** Bars, stacked by series, with their values on hover and to a reader of the screen. */
export function Bars({ series, bars, height = 220, label, format = count }: Props) {
  const { ref, width } = useElementSize();
  const [at, setAt] = useState<number | null>(null);
  const sum = (bar: Bar) => bar.values.reduce((total, value) => total + value, 0);
  const marks = ticks(bars.map(sum));
  const [bottom, top] = [marks[0] ?? 0, marks.at(-1) ?? 1];
  const inner = Math.max(0, width - LEFT);
  const step = bars.length > 0 ? inner / bars.length : 0;
  const plot = height - BOTTOM - TOP;
  const y = (value: number) => TOP + plot * (1 - (value - bottom) / (top - bottom || 1));
  const every = Math.max(1, Math.ceil(64 / Math.max(step, 1)));
  const bar = at === null ? undefined : bars[at];
  return (
    <div className={css.chart} ref={ref} onMouseLeave={() => setAt(null)}>
      <svg width={width} height={height} role="img" aria-label={describe(label, series, bars, format)}>
        {marks.map((mark) => (
          <g key={mark}>
            <line className={css.gridline} x1={LEFT} x2={width} y1={y(mark)} y2={y(mark)} />
            <text className={css.tick} x={LEFT - 8} y={y(mark) + 4} textAnchor="end">
              {compact(mark)}
            </text>
          </g>
        ))}
        {bars.map((each, place) => (
          <g key={place} onMouseEnter={() => setAt(place)}>
            <rect x={LEFT + place * step} y={TOP} width={step} height={plot} fill="transparent" />
            {stack(each, series).map((part) => (
              <rect
                key={part.name}
                x={LEFT + place * step + step * 0.12}
                width={Math.max(1, step * 0.76)}
                y={Math.min(y(part.to), y(part.from))}
                height={Math.max(part.to === part.from ? 0 : 1, Math.abs(y(part.from) - y(part.to)) - 1)}
                rx={2}
                fill={part.colour}
              />
            ))}
            {place % every === 0 && (
              <text className={css.tick} x={LEFT + (place + 0.5) * step} y={height - 5} textAnchor="middle">
                {each.label}
              </text>
            )}
          </g>
        ))}
      </svg>
      {bar && at !== null && (
        <div className={css.tip} style={{ left: tipAt(LEFT + (at + 0.5) * step, width) }}>
          <b>{bar.label}</b>
          {series.map((s, place) => (
            <span key={s.name}>
              {s.name} {format(bar.values[place] ?? 0)}
            </span>
          ))}
        </div>
      )}
    </div>
  );
}

const tipAt = (x: number, width: number): number => Math.min(Math.max(x, 70), Math.max(width - 70, 70));

function stack(bar: Bar, series: readonly Series[]) {
  let from = 0;
  return series.map(({ name, colour }, place) => {
    const part = { name, colour, from, to: from + (bar.values[place] ?? 0) };
    from = part.to;
    return part;
  });
}

function describe(
  label: string,
  series: readonly Series[],
  bars: readonly Bar[],
  format: (value: number) => string,
): string {
  const said = bars.map((bar) => {
    const parts = series.map((s, place) => `${s.name} ${format(bar.values[place] ?? 0)}`);
    return `${bar.label}: ${parts.join(', ')}`;
  });
  return `${label}. ${said.slice(0, 40).join('; ')}`;
}

/** What the colours of a chart mean. */
export function Legend({ series }: { series: readonly Series[] }) {
  return (
    <span className={css.legend}>
      {series.map((s) => (
        <span key={s.name}>
          <i style={{ background: s.colour }} aria-hidden />
          {s.name}
        </span>
      ))}
    </span>
  );
}

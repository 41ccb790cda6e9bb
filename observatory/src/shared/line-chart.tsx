import { useElementSize } from '@mantine/hooks';
import { useState, type MouseEvent } from 'react';
import { compact, count } from './format';
import { scale } from './ticks';
import css from './charts.module.css';

interface Props {
  /** What the line is called. */
  name: string;
  points: readonly { label: string; value: number }[];
  height?: number;
  label: string;
  format?: (value: number) => string;
}

const LEFT = 44;
const BOTTOM = 22;
const TOP = 8;

/** A line through values in their order, with the value under the pointer. */
export function LineChart({ name, points, height = 220, label, format = count }: Props) {
  const { ref, width } = useElementSize();
  const [at, setAt] = useState<number | null>(null);
  const values = points.map((point) => point.value);
  const marks = scale(Math.min(...values), Math.max(...values));
  const [low, high] = [marks[0] ?? 0, marks.at(-1) ?? 1];
  const inner = Math.max(0, width - LEFT - 8);
  const x = (place: number) => LEFT + (points.length > 1 ? (place / (points.length - 1)) * inner : inner / 2);
  const y = (value: number) => TOP + (height - BOTTOM - TOP) * (1 - (value - low) / (high - low || 1));
  const every = Math.max(1, Math.ceil((points.length * 96) / Math.max(inner, 1)));
  const point = at === null ? undefined : points[at];

  function onMove(event: MouseEvent): void {
    const box = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - box.left - LEFT) / Math.max(inner, 1);
    setAt(Math.max(0, Math.min(points.length - 1, Math.round(share * (points.length - 1)))));
  }
  const said = points.slice(0, 40).map((each) => `${each.label}: ${format(each.value)}`);
  return (
    <div className={css.chart} ref={ref} onMouseMove={onMove} onMouseLeave={() => setAt(null)}>
      <svg width={width} height={height} role="img" aria-label={`${label}. ${said.join('; ')}`}>
        {marks.map((mark) => (
          <g key={mark}>
            <line className={css.gridline} x1={LEFT} x2={width} y1={y(mark)} y2={y(mark)} />
            <text className={css.tick} x={LEFT - 8} y={y(mark) + 4} textAnchor="end">
              {compact(mark)}
            </text>
          </g>
        ))}
        {points.map(
          (each, place) =>
            place % every === 0 && (
              <text key={place} className={css.tick} x={x(place)} y={height - 5} textAnchor="middle">
                {each.label}
              </text>
            ),
        )}
        <polyline
          points={points.map((each, place) => `${x(place)},${y(each.value)}`).join(' ')}
          fill="none"
          stroke="var(--chart-line)"
          strokeWidth="1.6"
          strokeLinejoin="round"
        />
        {point && at !== null && <circle cx={x(at)} cy={y(point.value)} r="3.5" fill="var(--chart-line)" />}
      </svg>
      {point && at !== null && (
        <div className={css.tip} style={{ left: Math.min(Math.max(x(at), 70), Math.max(width - 70, 70)) }}>
          <b>{point.label}</b>
          <span>
            {name} {format(point.value)}
          </span>
        </div>
      )}
    </div>
  );
}

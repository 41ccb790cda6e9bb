import { useElementSize } from '@mantine/hooks';
import { useState } from 'react';
import type { Schemas } from '../../../client/api';
import { clock, compact, dateTime, day } from '../../../shared/format';
import { fillOf } from '../../../shared/meter';
import { sayCheck } from '../../../shared/words';
import { boundsOf, measuredText, numberOf } from './measured';
import css from './quality.module.css';

type Execution = Schemas['CheckExecution'];

const LEFT = 56;
const TOP = 10;
const BOTTOM = 22;
const HEIGHT = 170;

interface Props {
  /** The newest first, as the API lists them. */
  executions: readonly Execution[];
  chosen: number | undefined;
  onChoose: (id: number) => void;
}

/** What a check measured over time: a point for each execution, coloured by its result. */
export function MeasuredChart({ executions, chosen, onChoose }: Props) {
  const { ref, width } = useElementSize();
  const [over, setOver] = useState<number | null>(null);
  const points = executions
    .flatMap((one) => {
      const value = numberOf(one.measured);
      return value === null ? [] : [{ one, value, time: new Date(one.time).getTime() }];
    })
    .reverse();
  if (points.length === 0) return null;
  const { low, high } = boundsOf(points.map((point) => point.value));
  const start = points[0]?.time ?? 0;
  const end = points.at(-1)?.time ?? start;
  const inner = Math.max(0, width - LEFT - 12);
  const x = (time: number) => LEFT + (end === start ? inner / 2 : ((time - start) / (end - start)) * inner);
  const y = (value: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - low) / (high - low));
  const marks = [low, (low + high) / 2, high];
  const label = (time: number) =>
    day(new Date(start)) === day(new Date(end)) ? clock(new Date(time)).slice(0, 8) : day(new Date(time));
  const tip = points.find((point) => point.one.id === over);
  return (
    <div className={css.plot}>
      <div className={css.chart} ref={ref} onMouseLeave={() => setOver(null)}>
        <svg width={width} height={HEIGHT} role="img" aria-label={`Measured values: ${points.map((p) => measuredText(p.value)).join(', ')}`}>
          {marks.map((mark) => (
            <g key={mark}>
              <line className={css.gridline} x1={LEFT} x2={width} y1={y(mark)} y2={y(mark)} />
              <text className={css.tick} x={LEFT - 8} y={y(mark) + 4} textAnchor="end">
                {compact(mark)}
              </text>
            </g>
          ))}
          <polyline className={css.path} points={points.map((point) => `${x(point.time)},${y(point.value)}`).join(' ')} />
          {points.map(({ one, value, time }) => (
            <circle
              key={one.id}
              className={css.point}
              cx={x(time)}
              cy={y(value)}
              r={one.id === chosen ? 6 : 4}
              fill={one.status === 'passed' ? 'var(--chart-line)' : fillOf(sayCheck(one.status).tone)}
              data-chosen={one.id === chosen || undefined}
              onMouseEnter={() => setOver(one.id)}
              onClick={() => onChoose(one.id)}
            />
          ))}
          <text className={css.tick} x={LEFT} y={HEIGHT - 5}>
            {label(start)}
          </text>
          {end > start && (
            <text className={css.tick} x={width - 12} y={HEIGHT - 5} textAnchor="end">
              {label(end)}
            </text>
          )}
        </svg>
        {tip && (
          <div className={css.tip} style={{ left: Math.min(Math.max(x(tip.time), 90), Math.max(width - 90, 90)) }}>
            <b>{measuredText(tip.value)}</b>
            <span>{sayCheck(tip.one.status).word}</span>
            <span>{dateTime(new Date(tip.one.time))}</span>
          </div>
        )}
      </div>
    </div>
  );
}

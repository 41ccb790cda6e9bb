import { useElementSize } from '@mantine/hooks';
import type { KeyboardEvent } from 'react';
import type { Schemas } from '../../../client/api';
import { dateTime, words } from '../../../shared/format';
import { placeStops } from '../time-line';
import css from './table.module.css';

type Snapshot = Schemas['Snapshot'];

const EDGE = 10;
const GAP = 18;

interface Props {
  /** The newest first. */
  snapshots: readonly Snapshot[];
  chosen: string;
  onChoose: (id: string) => void;
}

/** The snapshots of a table as stops on a line of time; the arrows walk it. */
export function SnapshotLine({ snapshots, chosen, onChoose }: Props) {
  const { ref, width } = useElementSize();
  const ordered = snapshots.toReversed();
  const stops = placeStops(
    ordered.map(({ snapshot_id: id, time }) => ({ id, time: new Date(time).getTime() })),
    Math.max(0, width - 2 * EDGE),
    GAP,
  );
  function onKeyDown(event: KeyboardEvent): void {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const to = ordered[ordered.findIndex((each) => each.snapshot_id === chosen) + (by ?? 0)];
    if (!by || !to) return;
    event.preventDefault();
    onChoose(to.snapshot_id);
    event.currentTarget.querySelector<SVGElement>(`[data-id="${to.snapshot_id}"]`)?.focus();
  }
  const [first, last] = [ordered[0], ordered.at(-1)];
  return (
    <div ref={ref}>
      <svg className={css.line} height={52} role="radiogroup" aria-label="Snapshots by time" onKeyDown={onKeyDown}>
        <line className={css.axis} x1={EDGE} x2={Math.max(EDGE, width - EDGE)} y1={20} y2={20} />
        {stops.map(({ id, x }, place) => {
          const snapshot = ordered[place];
          if (!snapshot) return null;
          const here = id === chosen;
          const said = `${words(snapshot.intent ?? snapshot.operation)} at ${dateTime(new Date(snapshot.time))}`;
          return (
            <circle
              key={id}
              className={css.stop}
              data-id={id}
              data-operation={snapshot.operation}
              data-here={here || undefined}
              cx={EDGE + x}
              cy={20}
              r={here ? 8 : 6}
              role="radio"
              aria-checked={here}
              aria-label={said}
              tabIndex={here ? 0 : -1}
              onClick={() => onChoose(id)}
            >
              <title>{said}</title>
            </circle>
          );
        })}
        {first && (
          <text x={0} y={48}>
            {dateTime(new Date(first.time))}
          </text>
        )}
        {last && last !== first && (
          <text x={width} y={48} textAnchor="end">
            {dateTime(new Date(last.time))}
          </text>
        )}
      </svg>
    </div>
  );
}

import { useRef, useState, type KeyboardEvent } from 'react';
import type { Schemas } from '../../../client/api';
import { between, step, toggled } from './selection';
import css from './runs.module.css';

type State = Schemas['PartitionGrid']['states'][number];

interface Props {
  keys: readonly string[];
  states: readonly State[];
  chosen: ReadonlySet<string>;
  onChoose: (keys: Set<string>) => void;
}

/** Returns how many cells stand beside each other. */
function cellsAcross(grid: HTMLElement | null): number {
  const cells = [...(grid?.children ?? [])] as HTMLElement[];
  const below = cells.findIndex((cell) => cell.offsetTop !== cells[0]?.offsetTop);
  return below > 0 ? below : Math.max(1, cells.length);
}

/**
 * One cell for each partition. A click or Space chooses one, with Shift all from the last on;
 * the arrows move.
 */
export function PartitionCells({ keys, states, chosen, onChoose }: Props) {
  const ref = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const [anchor, setAnchor] = useState(0);

  function choose(place: number, extend: boolean): void {
    const range = between(keys, extend ? anchor : place, place);
    onChoose(extend ? new Set([...chosen, ...range]) : toggled(chosen, range));
    setAt(place);
    if (!extend) setAnchor(place);
  }
  function onKeyDown(event: KeyboardEvent): void {
    const next = step(at, event.key, cellsAcross(ref.current), keys.length);
    if (next !== null) {
      setAt(next);
      (ref.current?.children[next] as HTMLElement | undefined)?.focus();
      if (event.shiftKey) onChoose(new Set([...chosen, ...between(keys, anchor, next)]));
    } else if (event.key === ' ' || event.key === 'Enter') choose(at, event.shiftKey);
    else return;
    event.preventDefault();
  }
  return (
    <div ref={ref} className={css.grid} role="listbox" aria-multiselectable aria-label="Partitions, the newest first" onKeyDown={onKeyDown}>
      {keys.map((key, place) => (
        <button
          key={key}
          type="button"
          role="option"
          className={css.cell}
          data-state={states[place]}
          aria-selected={chosen.has(key)}
          aria-label={`${key}, ${states[place]}`}
          title={`${key}: ${states[place]}`}
          tabIndex={place === Math.min(at, keys.length - 1) ? 0 : -1}
          onFocus={() => setAt(place)}
          onClick={(event) => choose(place, event.shiftKey)}
        />
      ))}
    </div>
  );
}

import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { Schemas } from '../../../client/api';
import { ConfirmModal } from '../../../shared/confirm-modal';
import { count, plural, words } from '../../../shared/format';
import { useLakeRef } from '../../../shared/lake-ref';
import { useSetSearch } from '../../../shared/url-state';
import { launchBackfill } from '../api/queries';
import { PartitionCells } from './partition-cells';
import css from './runs.module.css';

type Grid = Schemas['PartitionGrid'];
type State = Grid['states'][number];

const STATES: readonly State[] = ['materialized', 'failed', 'running', 'missing'];

interface Props {
  grid: Grid;
  keys: readonly string[];
  states: readonly State[];
  older: ReactNode;
}

/** Partitions to choose from, and what is done with those that are chosen. */
export function PartitionChoice({ grid, keys, states, older }: Props) {
  const ref = useLakeRef();
  const client = useQueryClient();
  const setSearch = useSetSearch();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState(false);
  const inState = (state: State) => keys.filter((_, place) => states[place] === state);

  async function launch(): Promise<void> {
    // Oldest first, as they are made.
    const wanted = keys.filter((key) => chosen.has(key)).reverse();
    const { id } = await launchBackfill(grid.asset, wanted, ref);
    setChosen(new Set());
    await client.invalidateQueries({ queryKey: ['runs'] });
    setSearch({ tab: 'backfills', backfill: id }, { push: true });
  }
  const oldest = keys.findLast((key) => chosen.has(key));
  const newest = keys.find((key) => chosen.has(key));
  return (
    <>
      <div className={css.legend}>
        {STATES.map((state) => (
          <span key={state}>
            <i className={css.cell} data-state={state} aria-hidden />
            {words(state)} {count(grid[state])}
          </span>
        ))}
        <span>of {count(grid.total)}, the newest first</span>
      </div>
      <PartitionCells keys={keys} states={states} chosen={chosen} onChoose={setChosen} />
      <div className={css.foot}>
        {(['missing', 'failed'] as const).map((state) => (
          <Button key={state} disabled={inState(state).length === 0} onClick={() => setChosen(new Set(inState(state)))}>
            Choose {state}
          </Button>
        ))}
        <Button disabled={chosen.size === 0} onClick={() => setChosen(new Set())}>
          Choose none
        </Button>
        {older}
        <span className="num">
          {chosen.size === 0 ? 'None chosen' : `${plural(chosen.size, 'partition')}, ${oldest} to ${newest}`}
        </span>
        <Button variant="filled" disabled={chosen.size === 0} onClick={() => setAsked(true)}>
          Materialize {chosen.size > 0 ? count(chosen.size) : ''}
        </Button>
      </div>
      <ConfirmModal
        opened={asked}
        title="Materialize partitions"
        verb={`Materialize ${plural(chosen.size, 'partition')}`}
        onConfirm={launch}
        onClose={() => setAsked(false)}
      >
        <p>
          {plural(chosen.size, 'partition')} of <span className="mono">{grid.asset}</span>, {oldest} to {newest}, on{' '}
          <span className="mono">{ref}</span>.
        </p>
        <p className="dim">A partition that is there is written again, whole; nothing else of the table changes.</p>
      </ConfirmModal>
    </>
  );
}

import { Popover } from '@mantine/core';
import { useMemo, useState } from 'react';
import { count, decimal, percent, plural } from '../../../shared/format';
import { HeaderText } from '../../../shared/grid/data-grid';
import gridCss from '../../../shared/grid/data-grid.module.css';
import type { GridColumn, GridSource } from '../../../shared/grid/source';
import { KeyValue } from '../../../shared/key-value';
import { profileOf, type ColumnProfile } from '../api/profile';
import css from './data.module.css';

interface Props {
  source: GridSource;
  column: GridColumn;
  place: number;
  /** Whether all rows of the result are here. */
  whole: boolean;
}

/** The header of a column of a result; it opens what its values are like. */
export function ProfiledHeader({ source, column, place, whole }: Props) {
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus returnFocus withinPortal>
      <Popover.Target>
        <button
          type="button"
          className={gridCss.headButton}
          aria-label={`${column.name}, ${column.type}: profile`}
          onClick={() => setOpened(!opened)}
        >
          <HeaderText column={column} />
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        {opened && <Profile source={source} column={column} place={place} whole={whole} />}
      </Popover.Dropdown>
    </Popover>
  );
}

function Profile({ source, column, place, whole }: Props) {
  const profile = useMemo(() => profileOf(source, place), [source, place]);
  const { rows, nulls, distinct, range, numbers } = profile;
  return (
    <section className={css.profile} aria-label={`Profile of ${column.name}`}>
      <h2>
        <span className="mono">{column.name}</span>
        <small>{column.type}</small>
      </h2>
      <p className="dim">
        {whole ? `All ${plural(rows, 'row')} of the result` : `The ${plural(rows, 'row')} that are here so far`}
      </p>
      <KeyValue
        end
        pairs={[
          ['Null', rows === 0 ? '0' : `${count(nulls)}, ${percent(nulls / rows)}`],
          ['Distinct', count(distinct)],
          ['Least', range?.low],
          ['Greatest', range?.high],
          ['Mean', numbers ? decimal(numbers.mean) : undefined],
          ['Quartiles', numbers ? numbers.quartiles.map(decimal).join(' · ') : undefined],
        ]}
      />
      <Histogram bins={profile.histogram} />
      <Top profile={profile} />
    </section>
  );
}

function Histogram({ bins }: { bins: ColumnProfile['histogram'] }) {
  const [first, last] = [bins[0], bins.at(-1)];
  if (!first || !last) return null;
  const most = Math.max(...bins.map((bin) => bin.rows));
  return (
    <div>
      <div className={css.bins} role="img" aria-label={`Histogram from ${decimal(first.low)} to ${decimal(last.high)}`}>
        {bins.map((bin) => (
          <i
            key={bin.low}
            style={{ height: `${(bin.rows / most) * 100}%` }}
            title={`${decimal(bin.low)} to ${decimal(bin.high)}: ${plural(bin.rows, 'row')}`}
          />
        ))}
      </div>
      <div className={css.binEnds}>
        <span>{decimal(first.low)}</span>
        <span>{decimal(last.high)}</span>
      </div>
    </div>
  );
}

function Top({ profile }: { profile: ColumnProfile }) {
  const most = profile.top[0]?.rows ?? 1;
  if (profile.distinct === profile.rows - profile.nulls) {
    return <p className="dim">{profile.rows > 0 ? 'Every value occurs once.' : 'No rows.'}</p>;
  }
  return (
    <ul className={css.top} aria-label="Most frequent values">
      {profile.top.map(({ value, rows }) => (
        <li key={value}>
          <span className={`${css.barred} trunc`} title={value}>
            <i style={{ width: `${(rows / most) * 100}%` }} />
            <span>{value}</span>
          </span>
          <span className="num dim">{count(rows)}</span>
        </li>
      ))}
    </ul>
  );
}

import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../client/api';
import { Bars, Legend } from '../../../shared/bars';
import { EmptyState } from '../../../shared/empty-state';
import { day } from '../../../shared/format';
import { Card } from '../../../shared/page';
import css from './home.module.css';

const SERIES = [
  { name: 'Succeeded', colour: 'var(--chart-normal)' },
  { name: 'Unfinished', colour: 'var(--run-fill)' },
  { name: 'Cancelled', colour: 'var(--idle-fill)' },
  { name: 'Failed', colour: 'var(--bad-fill)' },
];
const HEIGHT = 190;

/** How many runs were made on each day, and what became of them. */
export function RunsPerDay({ days }: { days: Schemas['RunDay'][] }) {
  const bars = days.map((one) => ({
    label: day(new Date(`${one.day}T00:00:00`)),
    values: [one.succeeded, one.unfinished, one.cancelled, one.failed],
  }));
  const any = (place: number) => bars.some((bar) => (bar.values[place] ?? 0) > 0);
  // What did not happen in all these days needs no colour; that nothing failed is worth saying.
  const places = [0, 1, 2, 3].filter((place) => place === 0 || place === 3 || any(place));
  const series = SERIES.filter((_, place) => places.includes(place));
  return (
    <Card title="Runs per day" sub={`${days.length} days, UTC`} actions={<Legend series={series} />}>
      {SERIES.some((_, place) => any(place)) ? (
        <div className={css.runs}>
          <Bars
            label="Runs per day"
            series={series}
            height={HEIGHT}
            bars={bars.map((bar) => ({ label: bar.label, values: places.map((place) => bar.values[place] ?? 0) }))}
          />
        </div>
      ) : (
        <EmptyState compact title="Nothing ran in these days" hint={<Link to="/runs">Older runs</Link>} />
      )}
    </Card>
  );
}

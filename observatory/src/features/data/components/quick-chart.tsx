import { SegmentedControl, Select } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { Bars } from '../../../shared/bars';
import { EmptyState } from '../../../shared/empty-state';
import { count, decimal } from '../../../shared/format';
import type { GridSource } from '../../../shared/grid/source';
import { LineChart } from '../../../shared/line-chart';
import { useUrlState } from '../../../shared/url-state';
import { axesOf, initialAxes, MOST_POINTS, pointsOf } from '../api/chart';
import css from './data.module.css';

/** A chart of a result: bars or a line, any column below, a number at the side. */
export function QuickChart({ source }: { source: GridSource }) {
  const axes = axesOf(source);
  const initial = initialAxes(source);
  const [kind, setKind] = useUrlState('chart', 'bars');
  const [chosenX, setX] = useUrlState('x', initial.x);
  const [chosenY, setY] = useUrlState('y', initial.y);
  const { ref, height } = useElementSize();
  const x = axes.x.includes(chosenX) ? chosenX : initial.x;
  const y = axes.y.includes(chosenY) ? chosenY : initial.y;
  if (axes.y.length === 0) {
    return <EmptyState title="No column holds numbers" hint="A chart needs one: count, sum or average something." />;
  }
  const points = pointsOf(source, x, y);
  const shown = Math.max(180, height - 8);
  return (
    <>
      <div className={css.fields}>
        <SegmentedControl
          aria-label="Kind of chart"
          value={kind}
          onChange={setKind}
          data={[
            { value: 'bars', label: 'Bars' },
            { value: 'line', label: 'Line' },
          ]}
        />
        <Select label="Across" data={axes.x} value={x} onChange={(value) => value && setX(value)} allowDeselect={false} />
        <Select label="Up" data={axes.y} value={y} onChange={(value) => value && setY(value)} allowDeselect={false} />
        {source.rows > MOST_POINTS && (
          <p className="dim">
            The first {count(MOST_POINTS)} of {count(source.rows)} rows: aggregate in SQL to see all.
          </p>
        )}
      </div>
      <div className={css.chart} ref={ref}>
        {kind === 'bars' ? (
          <Bars
            label={`${y} by ${x}`}
            series={[{ name: y, colour: 'var(--chart-line)' }]}
            bars={points.map((point) => ({ label: point.label, values: [point.value] }))}
            height={shown}
            format={decimal}
          />
        ) : (
          <LineChart label={`${y} by ${x}`} name={y} points={points} height={shown} format={decimal} />
        )}
      </div>
    </>
  );
}

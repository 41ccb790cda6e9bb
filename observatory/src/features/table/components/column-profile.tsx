import type { Schemas } from '../../../client/api';
import { Bars } from '../../../shared/bars';
import { count, decimal, percent, plural } from '../../../shared/format';
import { KeyValue } from '../../../shared/key-value';
import { Meter } from '../../../shared/meter';
import { Card } from '../../../shared/page';
import { typeName, valueText } from '../../../shared/value';
import css from './table.module.css';

type Column = Schemas['ColumnProfile'];

const SERIES = [{ name: 'Rows', colour: 'var(--chart-line)' }];

const text = (value: unknown): string =>
  typeof value === 'number' && !Number.isInteger(value) ? decimal(value) : valueText(value);

/** Everything the profile knows of one column. */
export function ColumnProfileCard({ column }: { column: Column }) {
  const filled = column.rows - column.nulls;
  const quantiles = Object.entries(column.quantiles).sort(([a], [b]) => Number(a) - Number(b));
  return (
    <div className={css.stack}>
      <Card title={<span className="mono">{column.column}</span>} sub={typeName(column.type)} padded>
        <KeyValue
          end
          pairs={[
            ['Filled', `${count(filled)} of ${count(column.rows)}`],
            ['Null', column.nulls === 0 ? 'none' : `${count(column.nulls)}, ${percent(column.nulls / column.rows)}`],
            ['Least', filled > 0 ? text(column.min) : undefined],
            ...quantiles.map(([at, value]) => [quantileName(at), text(value)] as const),
            ['Greatest', filled > 0 ? text(column.max) : undefined],
            ['Mean', column.mean === null ? undefined : decimal(column.mean)],
            ['Standard deviation', column.stddev === null ? undefined : decimal(column.stddev)],
          ]}
        />
      </Card>
      {column.histogram.length > 0 && (
        <Card title="Distribution" sub={plural(column.histogram.length, 'equal step')} padded>
          <Bars
            label={`Rows of ${column.column} by value`}
            series={SERIES}
            height={180}
            bars={column.histogram.map((bin) => ({
              label: `${edge(bin.low)} to ${edge(bin.high)}`,
              values: [bin.rows],
            }))}
          />
        </Card>
      )}
      {column.top.length > 0 && (
        <Card title="Most frequent" sub={`${column.top.length} values`} padded>
          <ul className={css.tops}>
            {column.top.map(({ value, rows }) => (
              <li key={text(value)}>
                <span className="mono trunc" title={text(value)}>
                  {text(value)}
                </span>
                <Meter share={rows / column.rows} tone="run" label={percent(rows / column.rows)} />
                <span className="num">{count(rows)}</span>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </div>
  );
}

function quantileName(share: string): string {
  return share === '0.5' ? 'Median' : `${Math.round(Number(share) * 100)} % are at most`;
}

function edge(value: unknown): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(4))) : valueText(value).slice(0, 16);
}

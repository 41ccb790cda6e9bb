import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Schemas } from '../../../client/api';
import { bytes, count, plural } from '../../../shared/format';
import { Identifier } from '../../../shared/identifier';
import { Layer } from '../../../shared/layer';
import { RelativeTime } from '../../../shared/relative-time';
import { Status } from '../../../shared/status';
import { Measured, Unknown } from '../../../shared/unknown';
import { sayFreshness, sayHealth } from '../../../shared/words';
import { assetQuery } from '../api/asset';
import css from './table.module.css';

/** A line of a docstring ends where its source does; only an empty line is a paragraph. */
const LINE_BREAK = /(?<!\n)\n(?!\n)/g;

/** The health of the asset that writes a table; nothing if it is not known yet. */
export function HealthOf({ asset }: { asset: string | null }) {
  const { data } = useQuery(assetQuery(asset));
  if (asset === null) {
    return <Status tone="idle" word="Not an asset" title="No asset of this project writes this table" />;
  }
  return data ? <Status {...sayHealth(data.health)} title={data.why.join('; ')} /> : null;
}

/** The numbers of a table, all from metadata. */
export function TableFacts({ table }: { table: Schemas['TableDetail'] }) {
  const asset = useQuery(assetQuery(table.asset)).data;
  const view = 'a view has no rows of its own';
  const about = (table.comment || asset?.description || '').replaceAll(LINE_BREAK, ' ');
  return (
    <>
      {about && <p className={css.about}>{about}</p>}
      <dl className={css.facts}>
        <Fact name="Layer">
          <span className={css.inline}>
            <Layer namespace={table.namespace} />
            {table.namespace}
            {table.kind === 'view' && ', a view'}
          </span>
        </Fact>
        <Fact name="Rows">
          <Measured value={table.rows} why={view}>
            {count}
          </Measured>
        </Fact>
        <Fact name="Size">
          <Measured value={table.bytes} why={view}>
            {(size) => `${bytes(size)} in ${plural(table.files ?? 0, 'file')}`}
          </Measured>
        </Fact>
        <Fact name="Columns">{count(table.columns.length)}</Fact>
        <Fact name="Changed">
          <RelativeTime time={table.updated_at} why="a view has no snapshots" />
        </Fact>
        <Fact name="Commit">
          <Identifier name={table.commit} copy>
            {table.commit.slice(0, 8)}
          </Identifier>
        </Fact>
        {asset && asset.freshness.state !== 'none' && (
          <Fact name="Freshness">
            <Status {...sayFreshness(asset.freshness.state)} title={asset.freshness.policy ?? undefined} />
          </Fact>
        )}
        <Fact name="Owner">
          {asset && asset.owners.length > 0 ? asset.owners.join(', ') : <Unknown why="the declaration names no owner" />}
        </Fact>
      </dl>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

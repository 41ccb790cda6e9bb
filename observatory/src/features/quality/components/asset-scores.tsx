import type { Schemas } from '../../../client/api';
import { DataTable, type TableColumn } from '../../../shared/data-table';
import { percent } from '../../../shared/format';
import { Identifier } from '../../../shared/identifier';
import { Meter } from '../../../shared/meter';
import { Card } from '../../../shared/page';
import { Unknown } from '../../../shared/unknown';
import css from './quality.module.css';

type Score = Schemas['AssetScore'];

const COLUMNS: TableColumn<Score>[] = [
  {
    key: 'asset',
    title: 'Asset',
    cell: (one) => (
      <span className={css.scored}>
        <Identifier name={one.asset} namespace={one.asset.split('.')[0]} />
      </span>
    ),
    sort: (one) => one.asset,
  },
  { key: 'score', title: 'Score', end: true, cell: (one) => <Score one={one} />, sort: (one) => one.score },
];

function Score({ one }: { one: Score }) {
  if (one.score === null) return <Unknown why="none of its checks was run" />;
  const { counts } = one;
  const tone = counts.failed + counts.error > 0 ? 'bad' : counts.warned > 0 ? 'warn' : 'ok';
  return (
    <>
      <span className={css.meter}>
        <Meter share={one.score} tone={tone} label={`${counts.passed} of ${counts.total} passed`} />
      </span>
      <span className={css.percent}>{percent(one.score)}</span>
    </>
  );
}

interface Props {
  scores: readonly Score[];
  asset: string;
  onAsset: (asset: string) => void;
}

/** The score of each asset, the worst first. */
export function AssetScores({ scores, asset, onAsset }: Props) {
  return (
    <Card title="By asset">
      <DataTable
        label="Score by asset"
        columns={COLUMNS}
        rows={scores}
        rowKey={(one) => one.asset}
        onOpen={(one) => onAsset(one.asset === asset ? '' : one.asset)}
        isActive={(one) => one.asset === asset}
        sortName="assets"
        initialSort="score"
      />
    </Card>
  );
}

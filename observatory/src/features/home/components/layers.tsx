import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../client/api';
import { plural } from '../../../shared/format';
import { groupBy } from '../../../shared/group-by';
import { byLayer, Layer } from '../../../shared/layer';
import { Split } from '../../../shared/meter';
import { Card } from '../../../shared/page';
import { sayHealth, type Tone } from '../../../shared/words';
import css from './home.module.css';

type Asset = Schemas['AssetSummary'];
const TONES: Tone[] = ['ok', 'run', 'unknown', 'warn', 'bad'];

/** The assets of each namespace by their health. */
export function Layers({ assets }: { assets: Asset[] }) {
  const groups = groupBy(assets, (asset) => asset.namespace);
  const names = [...groups.keys()].sort(byLayer);
  return (
    <Card>
      <div className={css.layers}>
        {names.map((name) => (
          <Namespace key={name} name={name} assets={groups.get(name) ?? []} />
        ))}
      </div>
    </Card>
  );
}

function Namespace({ name, assets }: { name: string; assets: Asset[] }) {
  const tones = assets.map((asset) => sayHealth(asset.health).tone);
  const parts = TONES.map((tone) => ({ tone, size: tones.filter((each) => each === tone).length }));
  const said = parts
    .filter(({ tone, size }) => size > 0 && tone !== 'ok')
    .map(({ tone, size }) => `${size} ${NAMES[tone]}`);
  const note = said.length > 0 ? said.join(', ') : 'all healthy';
  return (
    <Link to="/lineage" search={{ namespace: name }} className={css.layer}>
      <div className={css.layerName}>
        <Layer namespace={name} />
        {name}
        <span>{plural(assets.length, 'asset')}</span>
      </div>
      <Split parts={parts} label={`${name}: ${note}`} />
      <div className={css.layerNote}>{note}</div>
    </Link>
  );
}

const NAMES: Record<Tone, string> = {
  ok: 'healthy',
  warn: 'with a warning',
  bad: 'failing',
  run: 'running',
  idle: 'idle',
  unknown: 'unknown',
};

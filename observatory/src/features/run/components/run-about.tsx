import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../../client/api';
import { Identifier } from '../../../shared/identifier';
import { KeyValue } from '../../../shared/key-value';
import { AssetLink } from '../../../shared/log/log-detail';
import { plural } from '../../../shared/format';
import css from './run.module.css';

/** What a run was asked to make, with its configuration and tags. */
export function RunAbout({ run }: { run: Schemas['RunDetail'] }) {
  const tags = Object.entries(run.tags);
  const config = JSON.stringify(run.config, null, 2) ?? 'null';
  const hasConfig = config !== '{}' && config !== 'null' && config !== '""';
  return (
    <div className={css.about}>
      <section>
        <h3>{plural(run.assets.length, 'asset')}</h3>
        {run.assets.length === 0 && <p className="dim">Its job, {run.job}, decides what it makes.</p>}
        <KeyValue pairs={run.assets.map((asset) => [asset.split('.')[0] ?? '', <AssetLink key={asset} asset={asset} />])} />
      </section>
      <section>
        <h3>What it did</h3>
        <KeyValue
          pairs={[
            ['Steps succeeded', String(run.steps_succeeded)],
            ['Steps failed', String(run.steps_failed)],
            ['Tables written', String(run.materializations)],
            ['Checks run', String(run.check_results)],
            ['Run of', run.parent_run_id ? <RunLink key="run" run={run.parent_run_id} /> : undefined],
            ['Backfill', run.backfill_id ?? undefined],
          ]}
        />
        {run.checks.length > 0 && <p className="dim">{plural(run.checks.length, 'check')} were asked for by name.</p>}
      </section>
      <section>
        <h3>Tags</h3>
        {tags.length === 0 ? (
          <p className="dim">It has none.</p>
        ) : (
          <KeyValue pairs={tags.map(([name, value]) => [name, <Identifier key={name} name={value} copy />])} />
        )}
      </section>
      <section>
        <h3>Configuration</h3>
        {hasConfig ? (
          <pre className={`${css.config} mono`} tabIndex={0} aria-label="Configuration">
            {config}
          </pre>
        ) : (
          <p className="dim">None was given: the run used what its assets declare.</p>
        )}
      </section>
    </div>
  );
}

function RunLink({ run }: { run: string }) {
  return (
    <Link to="/runs/$run" params={{ run }}>
      <Identifier name={run} />
    </Link>
  );
}

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { GitMerge } from 'lucide-react';
import { useState } from 'react';
import type { Schemas } from '../../../client/api';
import { words } from '../../../shared/format';
import { Loaded } from '../../../shared/loaded';
import { Card } from '../../../shared/page';
import { Status } from '../../../shared/status';
import { previewQuery } from '../api/refs';
import { mergeState } from '../merge-state';
import { ConflictCard } from './conflict-card';
import { MergeModal, type MergeKind } from './merge-modal';
import css from './branches.module.css';

type Ref = Schemas['Ref'];
type Preview = Schemas['MergePreview'];

/** What a merge would do: table by table, with its checks, its conflicts, and the button. */
export function MergeView({ source, into }: { source: Ref; into: Ref }) {
  const query = useQuery(previewQuery(source.name, into.name));
  return <Loaded query={query}>{(preview) => <Merge preview={preview} source={source} into={into} />}</Loaded>;
}

function Merge({ preview, source, into }: { preview: Preview; source: Ref; into: Ref }) {
  const [kind, setKind] = useState<MergeKind | null>(null);
  const state = mergeState(preview, into.protected);
  const canUpdate = source.kind === 'branch' && !source.protected;
  return (
    <div className={css.stack}>
      <Card>
        <div className={css.box}>
          <Status tone={state.tone} word={state.word} />
          <p>
            {state.hint}
            {state.can && into.protected && ' It is protected, so nothing reaches it unchecked.'}
          </p>
          {canUpdate && <Button onClick={() => setKind('update')}>Update from {into.name}</Button>}
          {state.override && (
            <Button color="red" variant="outline" onClick={() => setKind('override')}>
              Merge without checks
            </Button>
          )}
          <Button
            variant="filled"
            leftSection={<GitMerge size={13} aria-hidden />}
            disabled={!state.can || into.kind !== 'branch'}
            title={into.kind === 'tag' ? 'A tag does not move' : undefined}
            onClick={() => setKind('merge')}
          >
            Merge into {into.name}
          </Button>
        </div>
      </Card>
      {preview.conflicts.map((conflict) => (
        <ConflictCard key={conflict.key} conflict={conflict} source={source.name} into={into.name} />
      ))}
      {preview.steps.length > 0 && (
        <Card title="Tables" sub="how each would move">
          <ul className={css.changes}>
            {preview.steps.map((step) => (
              <li key={step.key} className={css.change}>
                <span className="mono">{step.key}</span>
                <span className={css.end}>
                  <span className="dim" title={HOW[step.how]}>
                    {words(step.how)}
                  </span>
                </span>
              </li>
            ))}
          </ul>
        </Card>
      )}
      <Checks checks={preview.checks} />
      <MergeModal kind={kind} preview={preview} source={source} onClose={() => setKind(null)} />
    </div>
  );
}

const HOW: Record<Schemas['MergeStep']['how'], string> = {
  'fast-forward': 'only this branch changed it: it is taken as it is',
  rebase: 'both changed it, in ways that go together: the change is made again on top',
  create: 'it is new',
  remove: 'it is removed',
  same: 'both made the same change',
};

function Checks({ checks }: { checks: Preview['checks'] }) {
  if (checks.length === 0) return null;
  return (
    <Card title="Checks" sub="blocking ones, of exactly the state that would be merged">
      <ul className={css.changes}>
        {checks.map((check) => (
          <li key={check.table} className={css.change}>
            <Link className="mono" to="/tables/$table" params={{ table: check.table }} search={{ tab: 'checks' }}>
              {check.table}
            </Link>
            {check.required.length === 0 && <span className="dim">nothing is required</span>}
            {check.failed.map((name) => (
              <Status key={name} tone="bad" word={name} title="failed" />
            ))}
            {check.missing.map((name) => (
              <Status key={name} tone="unknown" word={name} title="has not run on this state" />
            ))}
            {check.passed.map((name) => (
              <Status key={name} tone="ok" word={name} title="passed" />
            ))}
          </li>
        ))}
      </ul>
    </Card>
  );
}

import { Button, Select, Tabs } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Eye, Lock, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Schemas } from '../../../client/api';
import { ConfirmModal } from '../../../shared/confirm-modal';
import { EmptyState } from '../../../shared/empty-state';
import { Card } from '../../../shared/page';
import { Status } from '../../../shared/status';
import { useSetSearch, useUrlState } from '../../../shared/url-state';
import { deleteRef, refreshLake } from '../api/refs';
import { CommitGraph } from './commit-graph';
import { CompareView } from './compare-view';
import { MergeView } from './merge-view';
import css from './branches.module.css';

interface Props {
  branch: Schemas['Ref'];
  refs: readonly Schemas['Ref'][];
}

/** One branch: how it differs from another, what a merge would do, its commits. */
export function BranchView({ branch, refs }: Props) {
  const client = useQueryClient();
  const setSearch = useSetSearch();
  const [tab] = useUrlState('tab', 'compare');
  const others = refs.filter((ref) => ref.name !== branch.name);
  const usual = others.find((ref) => ref.protected)?.name ?? others[0]?.name ?? '';
  const [into, setInto] = useUrlState('into', usual);
  const [deleting, setDeleting] = useState(false);
  const target = others.find((ref) => ref.name === into);

  async function remove(): Promise<void> {
    await deleteRef(branch);
    setSearch({ branch: undefined, tab: undefined, into: undefined, table: undefined }, { push: true });
    await refreshLake(client, branch.name);
  }
  return (
    <div className={css.stack}>
      <div className={css.head}>
        <h2 className="mono">{branch.name}</h2>
        {branch.protected && <Status tone="idle" word="Protected" title="It moves only by merges whose checks passed" />}
        {branch.kind === 'tag' && <Status tone="idle" word="Tag" />}
        <span className={css.end}>
          <span className="dim">against</span>
          <Select
            aria-label="Compare with"
            data={others.map((ref) => ref.name)}
            value={target?.name ?? null}
            onChange={(name) => name && setInto(name)}
            placeholder="no other branch"
            allowDeselect={false}
            searchable
            w={200}
          />
          <Button
            leftSection={<Eye size={13} aria-hidden />}
            renderRoot={(props) => <Link to="/data" search={{ ref: branch.name }} {...props} />}
          >
            Look at its data
          </Button>
          <Button
            leftSection={branch.protected ? <Lock size={13} aria-hidden /> : <Trash2 size={13} aria-hidden />}
            disabled={branch.protected}
            title={branch.protected ? 'A protected branch is not deleted' : undefined}
            onClick={() => setDeleting(true)}
          >
            Delete
          </Button>
        </span>
      </div>
      <Tabs value={tab} onChange={(next) => setSearch({ tab: next === 'compare' ? undefined : (next ?? undefined) })}>
        <Tabs.List aria-label={`Parts of ${branch.name}`}>
          <Tabs.Tab value="compare">Compare</Tabs.Tab>
          <Tabs.Tab value="merge">Merge</Tabs.Tab>
          <Tabs.Tab value="commits">Commits</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value={tab} pt={12}>
          {tab === 'commits' ? (
            <Card title="Commits" sub={target ? `with those of ${target.name}` : undefined}>
              <CommitGraph names={target ? [target.name, branch.name] : [branch.name]} refs={refs} />
            </Card>
          ) : !target ? (
            <EmptyState
              title="There is nothing to compare it with"
              hint="Create a branch of it, change something there, and compare the two."
              action={
                <Button variant="filled" onClick={() => setSearch({ create: 'yes' })}>
                  New branch
                </Button>
              }
            />
          ) : tab === 'merge' ? (
            <MergeView source={branch} into={target} />
          ) : (
            <CompareView source={branch.name} into={target.name} />
          )}
        </Tabs.Panel>
      </Tabs>
      <ConfirmModal
        opened={deleting}
        title={`Delete ${branch.name}`}
        verb={`Delete ${branch.kind}`}
        danger
        onConfirm={remove}
        onClose={() => setDeleting(false)}
      >
        <p>
          What only this {branch.kind} holds can no longer be reached by name; its commits stay in the log, and its files until they are
          collected.
        </p>
      </ConfirmModal>
    </div>
  );
}

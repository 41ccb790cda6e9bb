import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useCommands } from '../../shared/commands';
import { EmptyState } from '../../shared/empty-state';
import { Loaded } from '../../shared/loaded';
import { Card, Page } from '../../shared/page';
import { refsQuery } from '../../shared/refs-query';
import { useShortcuts } from '../../shared/shortcuts';
import { useUrlState } from '../../shared/url-state';
import { BranchView } from './components/branch-view';
import { CommitGraph } from './components/commit-graph';
import { CreateModal } from './components/create-modal';
import { RefList } from './components/ref-list';
import css from './components/branches.module.css';

/** Branches and tags: their commits, how they differ, what a merge would do. */
export default function BranchesPage() {
  const query = useQuery(refsQuery);
  const [branch, setBranch] = useUrlState('branch', '');
  // `yes` begins at the ref the page is on, anything else is where to begin.
  const [creating, setCreating] = useUrlState('create', '');
  const create = () => setCreating('yes');
  useShortcuts([{ keys: 'c', label: 'New branch', group: 'Branches', run: create }]);
  useCommands([{ id: 'branch-create', label: 'Create a branch', run: create }]);
  return (
    <Page
      title="Branches"
      actions={
        <Button variant={branch ? 'default' : 'filled'} leftSection={<Plus size={13} aria-hidden />} onClick={create}>
          New branch
        </Button>
      }
    >
      <Loaded query={query}>
        {(refs) => {
          const chosen = refs.items.find((ref) => ref.name === branch);
          return (
            <div className={css.columns}>
              <RefList refs={refs.items} />
              {chosen ? (
                <BranchView key={chosen.name} branch={chosen} refs={refs.items} />
              ) : branch ? (
                <Card>
                  <EmptyState
                    title={`There is no branch or tag ${branch}`}
                    hint="It was deleted, or never made."
                    action={<Button onClick={() => setBranch('')}>All commits</Button>}
                  />
                </Card>
              ) : (
                <Card title="Commits" sub="of all branches and tags">
                  <CommitGraph names={[]} refs={refs.items} />
                </Card>
              )}
            </div>
          );
        }}
      </Loaded>
      <CreateModal from={creating} onClose={() => setCreating('')} />
    </Page>
  );
}

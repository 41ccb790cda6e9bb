import { Button, SegmentedControl, Select } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Activity } from 'lucide-react';
import { AssetSelect } from '../../../shared/asset-select';
import { DataTable } from '../../../shared/data-table';
import { EmptyState } from '../../../shared/empty-state';
import { plural } from '../../../shared/format';
import { Loaded } from '../../../shared/loaded';
import { Card } from '../../../shared/page';
import { refsQuery } from '../../../shared/refs-query';
import { SearchBox } from '../../../shared/search-box';
import { SkeletonRows } from '../../../shared/skeleton';
import { Toolbar } from '../../../shared/toolbar';
import { useSetSearch, useUrlState } from '../../../shared/url-state';
import { runsQuery, type RunStatus } from '../api/queries';
import { RUN_COLUMNS } from './run-columns';

const GROUPS: Record<string, RunStatus[]> = {
  '': [],
  active: ['queued', 'not_started', 'managed', 'starting', 'started', 'canceling'],
  failed: ['failure'],
  succeeded: ['success'],
  cancelled: ['canceled'],
};
const CHOICES = [
  { value: '', label: 'All' },
  { value: 'active', label: 'In progress' },
  { value: 'failed', label: 'Failed' },
  { value: 'succeeded', label: 'Succeeded' },
  { value: 'cancelled', label: 'Cancelled' },
];

/** Runs, the newest first, chosen by state, asset, branch and tag. */
export function RunList({ onLaunch }: { onLaunch: () => void }) {
  const [status, setStatus] = useUrlState('status', '');
  const [asset, setAsset] = useUrlState('asset', '');
  const [branch, setBranch] = useUrlState('branch', '');
  const [tag, setTag] = useUrlState('tag', '');
  const setSearch = useSetSearch();
  const navigate = useNavigate();
  const refs = useQuery(refsQuery);
  const whole = tag.includes('=') ? tag : '';
  const runs = useInfiniteQuery(runsQuery({ statuses: GROUPS[status] ?? [], asset, branch, tag: whole }));
  const isFiltered = status !== '' || asset !== '' || branch !== '' || tag !== '';
  const branches = (refs.data?.items ?? []).filter((ref) => ref.kind === 'branch' && ref.name !== 'main');

  return (
    <Card>
      <Toolbar label="Filter the runs">
        <SegmentedControl aria-label="State" data={CHOICES} value={status} onChange={setStatus} />
        <AssetSelect value={asset} onChange={setAsset} width={190} />
        <Select
          aria-label="Branch"
          placeholder="Any branch"
          data={[...new Set([...branches.map((ref) => ref.name), ...(branch ? [branch] : [])])]}
          value={branch || null}
          onChange={(next) => setBranch(next ?? '')}
          searchable
          clearable
          w={170}
          nothingFoundMessage="No branch but main"
          comboboxProps={{ transitionProps: { duration: 0 } }}
        />
        <SearchBox label="Filter by tag" placeholder="Tag: name=value" value={tag} onChange={setTag} width={180} />
      </Toolbar>
      <Loaded query={runs} skeleton={<SkeletonRows rows={12} />}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0 && !runs.hasNextPage) {
            return isFiltered ? (
              <EmptyState
                title="No run matches"
                action={
                  <Button onClick={() => setSearch({ status: undefined, asset: undefined, branch: undefined, tag: undefined })}>
                    Show every run
                  </Button>
                }
              />
            ) : (
              <EmptyState
                icon={Activity}
                title="Nothing has run yet"
                hint="A run writes assets, checks them and publishes them."
                action={<Button onClick={onLaunch}>Run assets</Button>}
              />
            );
          }
          return (
            <DataTable
              label="Runs"
              columns={RUN_COLUMNS}
              rows={items}
              rowKey={(run) => run.run_id}
              onOpen={(run) => void navigate({ to: '/runs/$run', params: { run: run.run_id } })}
              keys
              foot={
                <>
                  <span>{plural(items.length, 'run')} shown</span>
                  {runs.hasNextPage && (
                    <Button loading={runs.isFetchingNextPage} onClick={() => void runs.fetchNextPage()}>
                      Show older
                    </Button>
                  )}
                </>
              }
            />
          );
        }}
      </Loaded>
    </Card>
  );
}

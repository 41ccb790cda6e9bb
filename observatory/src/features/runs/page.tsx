import { Button, SegmentedControl } from '@mantine/core';
import { Play } from 'lucide-react';
import { useCommands } from '../../shared/commands';
import { Page } from '../../shared/page';
import { useShortcuts } from '../../shared/shortcuts';
import { useSetSearch, useUrlState } from '../../shared/url-state';
import { Automation } from './components/automation';
import { Backfills } from './components/backfills';
import { LaunchModal } from './components/launch-modal';
import { Partitions } from './components/partitions';
import { RunList } from './components/run-list';

const TABS = [
  { value: 'runs', label: 'Runs' },
  { value: 'schedules', label: 'Schedules and sensors' },
  { value: 'partitions', label: 'Partitions' },
  { value: 'backfills', label: 'Backfills' },
];

/** Runs, what starts them by itself, and partitions to run together. */
export default function RunsPage() {
  const [tab] = useUrlState('tab', 'runs');
  const [launch, setLaunch] = useUrlState('launch', '');
  const setLaunching = (open: boolean) => setLaunch(open ? 'on' : '');
  const setSearch = useSetSearch();
  const open = (next: string) => setSearch({ tab: next === 'runs' ? undefined : next }, { push: true });
  useShortcuts([{ keys: 'n', label: 'Run assets', group: 'Runs', run: () => setLaunching(true) }]);
  useCommands([
    { id: 'run-assets', label: 'Run assets', run: () => setLaunching(true) },
    ...TABS.map(({ value, label }) => ({ id: `runs-${value}`, label: `Show ${label.toLowerCase()}`, run: () => open(value) })),
  ]);
  return (
    <Page
      title="Runs"
      beside={<SegmentedControl aria-label="Which part of the page" data={TABS} value={tab} onChange={open} />}
      actions={
        <Button
          variant={tab === 'partitions' ? 'default' : 'filled'}
          leftSection={<Play size={13} aria-hidden />}
          onClick={() => setLaunching(true)}
        >
          Run assets
        </Button>
      }
    >
      {tab === 'schedules' ? (
        <Automation />
      ) : tab === 'partitions' ? (
        <Partitions />
      ) : tab === 'backfills' ? (
        <Backfills />
      ) : (
        <RunList onLaunch={() => setLaunching(true)} />
      )}
      <LaunchModal opened={launch === 'on'} onClose={() => setLaunching(false)} />
    </Page>
  );
}

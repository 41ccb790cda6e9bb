import { stringifySearch } from '../shared/url-state';

/** A command that is there on every page: it leads to a view where the rest is done. */
export interface StandingCommand {
  id: string;
  label: string;
  href: string;
}

const to = (path: string, search: Record<string, string>): string => `${path}${stringifySearch(search)}`;

/** The commands that are there on every page. */
export const STANDING_COMMANDS: readonly StandingCommand[] = [
  { id: 'branch-create', label: 'Create a branch', href: to('/branches', { create: 'yes' }) },
  { id: 'run-assets', label: 'Run assets', href: to('/runs', { launch: 'on' }) },
  { id: 'runs-active', label: 'Show runs in progress', href: to('/runs', { status: 'active' }) },
  { id: 'runs-failed', label: 'Show failed runs', href: to('/runs', { status: 'failed' }) },
  { id: 'runs-schedules', label: 'Show schedules and sensors', href: to('/runs', { tab: 'schedules' }) },
  { id: 'runs-partitions', label: 'Backfill partitions', href: to('/runs', { tab: 'partitions' }) },
  { id: 'checks-failed', label: 'Show failed checks', href: to('/quality', { status: 'failed' }) },
  { id: 'checks-warned', label: 'Show checks that warn', href: to('/quality', { status: 'warned' }) },
  { id: 'logs-live', label: 'Watch the logs live', href: to('/logs', { mode: 'live' }) },
  { id: 'logs-errors', label: 'Show errors in the logs', href: to('/logs', { level: 'error' }) },
];

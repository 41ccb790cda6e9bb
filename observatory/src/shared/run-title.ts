import type { Schemas } from '../client/api';
import { plural } from './format';

/** Says what a run makes: its only asset, how many assets or checks, or its job. */
export function runTitle({ assets, checks, job }: Pick<Schemas['Run'], 'assets' | 'checks' | 'job'>): string {
  if (assets.length === 1 && assets[0]) return assets[0];
  if (assets.length > 1) return plural(assets.length, 'asset');
  if (checks.length > 0) return plural(checks.length, 'check');
  return job;
}

/** The address of a run in the Dagster UI, from the root of the page. */
export const dagsterRun = (run: string): string => `./dagster/runs/${encodeURIComponent(run)}`;

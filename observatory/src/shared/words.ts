import type { Schemas } from '../client/api';

/** What a state means, whatever it is called: it decides colour and icon. */
export type Tone = 'ok' | 'warn' | 'bad' | 'run' | 'idle' | 'unknown';

/** A state as it is shown. */
export interface Said {
  tone: Tone;
  word: string;
}

type RunStatus = Schemas['Run']['status'];
type Health = Schemas['AssetSummary']['health'];
type CheckStatus = Schemas['CheckSummary']['status'];
type FreshnessState = Schemas['Freshness']['state'];
type StepStatus = Schemas['Step']['status'];
type ServiceState = Schemas['Service']['state'];

const RUNS: Record<RunStatus, Said> = {
  queued: { tone: 'idle', word: 'Queued' },
  not_started: { tone: 'idle', word: 'Not started' },
  managed: { tone: 'idle', word: 'Managed' },
  starting: { tone: 'run', word: 'Starting' },
  started: { tone: 'run', word: 'Running' },
  success: { tone: 'ok', word: 'Succeeded' },
  failure: { tone: 'bad', word: 'Failed' },
  canceling: { tone: 'warn', word: 'Cancelling' },
  canceled: { tone: 'warn', word: 'Cancelled' },
};

const HEALTH: Record<Health, Said> = {
  ok: { tone: 'ok', word: 'Healthy' },
  warn: { tone: 'warn', word: 'Warning' },
  fail: { tone: 'bad', word: 'Failing' },
  running: { tone: 'run', word: 'Running' },
  unknown: { tone: 'unknown', word: 'Unknown' },
};

const CHECKS: Record<CheckStatus, Said> = {
  passed: { tone: 'ok', word: 'Passed' },
  failed: { tone: 'bad', word: 'Failed' },
  warned: { tone: 'warn', word: 'Warned' },
  error: { tone: 'bad', word: 'Error' },
  running: { tone: 'run', word: 'Running' },
  skipped: { tone: 'idle', word: 'Skipped' },
  unknown: { tone: 'unknown', word: 'Never run' },
};

const FRESHNESS: Record<FreshnessState, Said> = {
  pass: { tone: 'ok', word: 'Fresh' },
  warn: { tone: 'warn', word: 'Due' },
  fail: { tone: 'bad', word: 'Stale' },
  unknown: { tone: 'unknown', word: 'Unknown' },
  none: { tone: 'idle', word: 'No promise' },
};

const STEPS: Record<StepStatus, Said> = {
  pending: { tone: 'idle', word: 'Pending' },
  running: { tone: 'run', word: 'Running' },
  success: { tone: 'ok', word: 'Succeeded' },
  failure: { tone: 'bad', word: 'Failed' },
  skipped: { tone: 'idle', word: 'Skipped' },
};

const SERVICES: Record<ServiceState, Said> = {
  running: { tone: 'ok', word: 'Running' },
  stopped: { tone: 'idle', word: 'Stopped' },
  failing: { tone: 'bad', word: 'Failing' },
  unknown: { tone: 'unknown', word: 'Unknown' },
};

export const sayRun = (status: RunStatus): Said => RUNS[status];
export const sayHealth = (health: Health): Said => HEALTH[health];
export const sayCheck = (status: CheckStatus): Said => CHECKS[status];
export const sayFreshness = (state: FreshnessState): Said => FRESHNESS[state];
export const sayStep = (status: StepStatus): Said => STEPS[status];
export const sayService = (state: ServiceState): Said => SERVICES[state];

/** Whether a run can still change. */
export const isRunning = (status: RunStatus): boolean =>
  !['success', 'failure', 'canceled'].includes(status);

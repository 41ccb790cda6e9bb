import type { Schemas } from '../../client/api';
import type { Said } from '../../shared/words';

type Preview = Schemas['MergePreview'];

/** Whether a branch can be merged, in words, and what to do if not. */
export interface MergeState extends Said {
  hint: string;
  can: boolean;
  /** Whether it can be merged past its checks, with a reason. */
  override: boolean;
  /** Whether there is anything to merge. */
  empty: boolean;
}

const base = { override: false, empty: false };

/** Returns where a merge stands. */
export function mergeState(preview: Preview, isProtected: boolean): MergeState {
  const moving = preview.steps.filter((step) => step.how !== 'same');
  const { source, into } = preview;
  if (preview.conflicts.length > 0) {
    return {
      ...base,
      tone: 'bad',
      word: 'Conflicts',
      hint: `Both branches changed the same rows or the same columns. Update ${source} from ${into}, make the tables anew there, and look again.`,
      can: false,
    };
  }
  if (moving.length === 0) {
    return { ...base, tone: 'idle', word: 'Nothing to merge', hint: `${into} already has all that ${source} has.`, can: false, empty: true };
  }
  const failed = preview.checks.filter((check) => check.failed.length > 0);
  if (isProtected && failed.length > 0) {
    return {
      ...base,
      tone: 'bad',
      word: 'Checks fail',
      hint: `${into} is protected: repair ${failed.map((check) => check.table).join(', ')} on ${source} first.`,
      can: false,
      override: true,
    };
  }
  const missing = preview.checks.reduce((sum, check) => sum + check.missing.length, 0);
  if (isProtected && missing > 0) {
    return {
      ...base,
      tone: 'warn',
      word: 'Checks to run',
      hint: `The merge runs what is missing on ${source} first; only if it all passes does ${into} move.`,
      can: true,
    };
  }
  if (isProtected && preview.needs_update) {
    return { ...base, tone: 'warn', word: 'Behind', hint: `${into} has moved on. The merge first updates ${source} from it and checks again.`, can: true };
  }
  return { ...base, tone: 'ok', word: 'Can be merged', hint: `${moving.length === 1 ? 'One table moves' : `${moving.length} tables move`} to ${into} in one commit.`, can: true };
}

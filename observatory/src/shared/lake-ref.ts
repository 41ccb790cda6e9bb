import { useUrlState } from './url-state';

/** The ref that is shown when the address names none. */
export const MAIN = 'main';

/** Returns the ref the whole page is on: a branch, a tag, a commit or a time. */
export function useLakeRef(): string {
  return useUrlState('ref', MAIN)[0];
}

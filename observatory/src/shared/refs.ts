/** What a ref such as `main`, `dev/x@2026-11-21` or `main@4f2a…` is made of. */
export interface RefParts {
  /** The branch or tag, or the whole ref if it names none. */
  base: string;
  /** The commit or time it is pinned to. */
  at: string | null;
}

/** Takes a ref apart. */
export function refParts(ref: string): RefParts {
  const place = ref.lastIndexOf('@');
  if (place <= 0) return { base: ref, at: null };
  return { base: ref.slice(0, place), at: ref.slice(place + 1) };
}

/** Returns the ref that shows a branch or tag as of a commit. */
export const refAt = (ref: string, commit: string): string => `${refParts(ref).base}@${commit}`;

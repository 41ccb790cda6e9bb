import { useNavigate, useRouterState } from '@tanstack/react-router';
import { useCallback } from 'react';

/** What an address says after its question mark. Every value is text; what is absent is default. */
export type Search = Record<string, string | undefined> & { ref?: string };

/** Reads the part of an address after the question mark. */
export function parseSearch(text: string): Search {
  return Object.fromEntries(new URLSearchParams(text)) as Search;
}

/** Writes it; what is empty is left out. */
export function stringifySearch(search: Record<string, unknown>): string {
  const kept = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== null && value !== '') kept.set(name, String(value));
  }
  const text = kept.toString();
  return text ? `?${text}` : '';
}

/** Returns all that the address says after its question mark. */
export function useSearchState(): Search {
  return useRouterState({ select: (state) => state.location.search as Search });
}

/** Some values of the address, or how they follow from the newest address; undefined removes one. */
export type Change = Search | ((before: Search) => Search);

/** Returns a function that changes some values of the address. */
export function useSetSearch(): (change: Change, options?: { push?: boolean }) => void {
  const navigate = useNavigate();
  return useCallback(
    (change, options) => {
      void navigate({
        to: '.',
        search: (before: Search) => ({ ...before, ...(typeof change === 'function' ? change(before) : change) }),
        replace: !options?.push,
        resetScroll: false,
      });
    },
    [navigate],
  );
}

/**
 * A piece of view state that lives in the address, so that every view is a link.
 *
 * The default is never written, and a value equal to it is removed.
 */
export function useUrlState<T extends string = string>(
  name: string,
  initial: NoInfer<T>,
): [T, (value: T) => void] {
  const found = useRouterState({ select: (state) => (state.location.search as Search)[name] });
  const change = useSetSearch();
  const set = useCallback(
    (value: T) => change({ [name]: value === initial ? undefined : value }),
    [change, name, initial],
  );
  return [(found ?? initial) as T, set];
}

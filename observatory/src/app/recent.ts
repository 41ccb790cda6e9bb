const KEY = 'observatory.recent';
const KEPT = 8;

/** A place that was opened from the palette. */
export interface Recent {
  id: string;
  title: string;
  detail: string;
  kind: string;
  href: string;
}

/** Returns the places that were opened last, the newest first. */
export function recents(): Recent[] {
  try {
    const held: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(held) ? (held as Recent[]).filter((r) => typeof r.href === 'string') : [];
  } catch {
    return [];
  }
}

/** Remembers a place that was opened. */
export function remember(place: Recent): void {
  const others = recents().filter((recent) => recent.id !== place.id);
  try {
    localStorage.setItem(KEY, JSON.stringify([place, ...others].slice(0, KEPT)));
  } catch {
    // A browser that keeps nothing offers no recent places.
  }
}

/** What rows are sorted by: text sorts by the alphabet, numbers by size, null comes last. */
export type SortValue = string | number | boolean | null | undefined;

/** An order as the address holds it: `name` or `-name`. */
export interface Order {
  key: string;
  descending: boolean;
}

export function parseOrder(text: string): Order {
  return text.startsWith('-')
    ? { key: text.slice(1), descending: true }
    : { key: text, descending: false };
}

export const orderText = ({ key, descending }: Order): string => (descending ? `-${key}` : key);

const alphabet = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

function compare(a: SortValue, b: SortValue): number {
  if (typeof a === 'string' || typeof b === 'string') {
    return alphabet.compare(String(a), String(b));
  }
  return Number(a) - Number(b);
}

/** Returns rows in the order of a value of theirs; what has none is last either way. */
export function sorted<T>(rows: readonly T[], value: (row: T) => SortValue, descending: boolean): T[] {
  const sign = descending ? -1 : 1;
  return [...rows].sort((left, right) => {
    const [a, b] = [value(left), value(right)];
    const missing = Number(a === null || a === undefined) - Number(b === null || b === undefined);
    return missing !== 0 ? missing : a === null || a === undefined ? 0 : sign * compare(a, b);
  });
}

import type { Schemas } from '../../client/api';
import { rowSource } from '../grid/row-source';
import type { GridSource } from '../grid/source';

type RowDiff = Schemas['RowDiff'];
type Change = Schemas['RowChange'];
export type Tone = 'added' | 'removed' | 'changed';

/** Changed rows as lines of a grid, with what to mark in each. */
export interface DiffLines {
  source: GridSource;
  tone: (row: number, column: number) => Tone | undefined;
}

const SIGNS: Record<Tone, string> = { added: '+', removed: '−', changed: '~' };

/** Returns changes as lines: a changed row is two, as it was and as it is. */
export function diffLines(columns: RowDiff['columns'], items: readonly Change[]): DiffLines {
  const names = columns.map((column) => column.name);
  const lines: { tone: Tone; cells: readonly unknown[]; changed: Set<number> | null }[] = [];
  for (const { kind, before, after, changed } of items) {
    if (kind !== 'changed') {
      lines.push({ tone: kind, cells: (kind === 'added' ? after : before) ?? [], changed: null });
      continue;
    }
    const places = new Set(changed.map((name) => names.indexOf(name)));
    lines.push({ tone: 'removed', cells: before ?? [], changed: places });
    lines.push({ tone: 'added', cells: after ?? [], changed: places });
  }
  const source = rowSource(
    [{ name: 'change', type: 'string' }, ...columns],
    lines.map(({ tone, cells, changed }) => [sign(tone, changed), ...cells]),
  );
  return {
    source,
    tone(row, column) {
      const line = lines[row];
      if (!line) return undefined;
      if (column === 0 || line.changed === null) return line.tone;
      return line.changed.has(column - 1) ? line.tone : undefined;
    },
  };
}

function sign(tone: Tone, changed: Set<number> | null): string {
  if (changed === null) return `${SIGNS[tone]} ${tone}`;
  return tone === 'removed' ? `${SIGNS.changed} was` : `${SIGNS.changed} is`;
}

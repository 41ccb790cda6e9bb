import { ChevronRight } from 'lucide-react';
import type { Schemas } from '../../../client/api';
import { bytes, count, words } from '../../../shared/format';
import { RowDiff } from '../../../shared/row-diff/row-diff';
import { useUrlState } from '../../../shared/url-state';
import css from './branches.module.css';

type Diff = Schemas['TableDiff'];

/** One table that differs: its columns, files and rows; opened, the rows themselves. */
export function TableDiff({ diff, left, right }: { diff: Diff; left: string; right: string }) {
  const [opened, open] = useUrlState('table', '');
  const columns = [
    ...diff.columns_added.map((name) => ({ name, tone: 'added', sign: '+' })),
    ...diff.columns_removed.map((name) => ({ name, tone: 'removed', sign: '−' })),
    ...diff.columns_changed.map((name) => ({ name, tone: 'changed', sign: '~' })),
  ];
  const content = diff.after ?? diff.before;
  const hasRows = diff.kind === 'changed' && content?.kind === 'table';
  const inside = (
    <>
      <span className={css.badge} data-tone={diff.kind}>
        {words(diff.kind)}
      </span>
      <span className="mono">{diff.key}</span>
      {columns.map(({ name, tone, sign }) => (
        <span key={`${sign}${name}`} className={`${css.badge} mono`} data-tone={tone} title="column">
          {sign} {name}
        </span>
      ))}
      <span className={css.end}>
        {diff.rows_added !== null && <span data-tone="added">+{count(diff.rows_added)} rows written</span>}
        {diff.rows_removed !== null && <span data-tone="removed">−{count(diff.rows_removed)} rows replaced</span>}
        <span className="dim">
          +{count(diff.files_added)} −{count(diff.files_removed)} files
        </span>
        <span className="dim">{sizes(diff)}</span>
      </span>
    </>
  );
  const isOpen = hasRows && opened === diff.key;
  return (
    <li>
      {hasRows ? (
        <button type="button" className={css.change} aria-expanded={isOpen} onClick={() => open(isOpen ? '' : diff.key)}>
          <ChevronRight size={14} aria-hidden />
          {inside}
        </button>
      ) : (
        <div className={css.change}>{inside}</div>
      )}
      {isOpen && (
        <div className={css.rows}>
          <RowDiff table={diff.key} left={left} right={right} />
        </div>
      )}
    </li>
  );
}

function sizes({ before, after }: Diff): string {
  const said = (content: Diff['before']) => (content?.bytes === null || content?.bytes === undefined ? null : bytes(content.bytes));
  const [was, is] = [said(before), said(after)];
  if (was && is) return was === is ? is : `${was} to ${is}`;
  return is ?? was ?? '';
}

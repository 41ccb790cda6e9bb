import { SegmentedControl } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useLakeRef } from '../../shared/lake-ref';
import { FullPage } from '../../shared/page';
import { useShortcuts } from '../../shared/shortcuts';
import { SkeletonRows } from '../../shared/skeleton';
import { useSetSearch, useUrlState } from '../../shared/url-state';
import { savedQuery, tableQuery, tablesQuery } from './api/queries';
import { quotedTable, statementAt } from './api/statements';
import { useStatement } from './api/use-statement';
import { CatalogTree } from './components/catalog-tree';
import { HistoryList } from './components/history-list';
import { PlanView } from './components/plan-view';
import { Cut, Facts, ResultView } from './components/result-view';
import { SavedList } from './components/saved-list';
import { SaveModal } from './components/save-modal';
import type { EditorHandle } from './components/sql-editor';
import { Tools } from './components/tools';
import css from './components/data.module.css';

const SqlEditor = lazy(() => import('./components/sql-editor'));
const TYPED_MS = 400;
const FIRST_ROWS = 1000;

/** Tables of the ref, a console over them, and what it answers. */
export default function DataPage() {
  const ref = useLakeRef();
  const client = useQueryClient();
  const setSearch = useSetSearch();
  const [sql] = useUrlState('sql', '');
  const [saved] = useUrlState('saved', '');
  const [side, setSide] = useUrlState('side', 'tables');
  const [view, setView] = useUrlState('view', 'rows');
  const [explained, setExplained] = useState('');
  const [saving, setSaving] = useState(false);
  const editor = useRef<EditorHandle>(null);
  const text = useRef(sql);
  const typed = useRef<ReturnType<typeof setTimeout>>(undefined);
  const { execution, run, cancel } = useStatement();
  const tables = useQuery(tablesQuery(ref));

  const statement = useCallback((): string => {
    const place = editor.current?.place();
    if (place?.selected.trim()) return place.selected.trim();
    return statementAt(text.current, place?.cursor ?? 0)?.sql ?? '';
  }, []);
  const change = useCallback(
    (next: string) => {
      text.current = next;
      clearTimeout(typed.current);
      typed.current = setTimeout(() => setSearch({ sql: next || undefined, saved: undefined }), TYPED_MS);
    },
    [setSearch],
  );
  const execute = useCallback(() => {
    const wanted = statement();
    if (wanted === '') return;
    if (view === 'plan') setView('rows');
    void run(wanted, ref);
  }, [statement, run, ref, view, setView]);
  const open = (next: string) => {
    editor.current?.replace(next);
    editor.current?.focus();
  };
  const queryTable = (table: string) => {
    const next = `select *\nfrom ${quotedTable(table)}\nlimit ${FIRST_ROWS}`;
    open(next);
    setView('rows');
    void run(next, ref);
  };
  // What was typed reaches the address a moment later; a link to it is complete at once.
  const address = () => {
    const link = new URL(window.location.href);
    if (text.current === linked?.sql) return link.href;
    link.searchParams.delete('saved');
    link.searchParams.set('sql', text.current);
    return link.href;
  };
  const showPlan = () => {
    setExplained(statement());
    setView('plan');
  };

  // A link to a saved query opens it once, as if it had been typed.
  const list = useQuery({ ...savedQuery, enabled: saved !== '' });
  const linked = list.data?.items.find((item) => item.id === saved);
  useEffect(() => {
    if (linked && text.current === '') editor.current?.replace(linked.sql);
  }, [linked]);
  useEffect(() => () => clearTimeout(typed.current), []);
  useShortcuts([
    { keys: 'mod+Enter', label: 'Run the statement at the cursor', group: 'Data' },
    { keys: 'mod+.', label: 'Cancel', group: 'Data', run: () => void cancel(), whileTyping: true },
    { keys: 'e', label: 'Edit the statement', group: 'Data', run: () => editor.current?.focus() },
    { keys: 'mod+s', label: 'Save the query', group: 'Data', run: () => setSaving(true), whileTyping: true },
  ]);
  const catalog = useMemo(
    () => ({
      tables: tables.data ?? [],
      columns: async (table: string) => (await client.ensureQueryData(tableQuery(ref, table))).columns,
    }),
    [tables.data, client, ref],
  );

  return (
    <FullPage title="Data">
      <div className={css.console}>
        <aside className={css.side} aria-label="Tables and queries">
          <div className={css.sideHead}>
            <SegmentedControl
              fullWidth
              aria-label="What the list shows"
              value={side}
              onChange={setSide}
              data={[
                { value: 'tables', label: 'Tables' },
                { value: 'history', label: 'History' },
                { value: 'saved', label: 'Saved' },
              ]}
            />
          </div>
          {side === 'tables' && (
            <CatalogTree onQuery={queryTable} onInsert={(name) => editor.current?.insert(name)} />
          )}
          {side === 'history' && <HistoryList onOpen={open} />}
          {side === 'saved' && <SavedList onOpen={(item) => open(item.sql)} />}
        </aside>
        <section className={css.work} aria-label="Console">
          <Tools
            running={execution?.state === 'running'}
            statement={statement}
            gitRef={ref}
            address={address}
            onRun={execute}
            onCancel={() => void cancel()}
            onSave={() => setSaving(true)}
          />
          <div className={css.editor}>
            <Suspense fallback={<SkeletonRows rows={3} />}>
              <SqlEditor handle={editor} initial={text.current || linked?.sql || ''} catalog={catalog} onChange={change} onRun={execute} />
            </Suspense>
          </div>
          <div className={css.facts}>
            <SegmentedControl
              aria-label="What is shown of the result"
              value={view}
              onChange={(next) => (next === 'plan' ? showPlan() : setView(next))}
              data={[
                { value: 'rows', label: 'Rows' },
                { value: 'chart', label: 'Chart' },
                { value: 'plan', label: 'Explain' },
              ]}
            />
            {execution && view !== 'plan' && <Facts execution={execution} />}
          </div>
          {execution && view !== 'plan' && <Cut execution={execution} />}
          <div className={css.result}>
            {view === 'plan' ? (
              <PlanView sql={explained || statement()} gitRef={ref} />
            ) : (
              <ResultView execution={execution} view={view} onRetry={execute} />
            )}
          </div>
        </section>
      </div>
      <SaveModal opened={saving} sql={text.current} gitRef={ref} onClose={() => setSaving(false)} />
    </FullPage>
  );
}

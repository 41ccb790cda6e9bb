import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useLakeRef } from '../../shared/lake-ref';
import { Loaded } from '../../shared/loaded';
import { Page } from '../../shared/page';
import { useShortcuts } from '../../shared/shortcuts';
import { SkeletonRows } from '../../shared/skeleton';
import { useSetSearch, useUrlState } from '../../shared/url-state';
import { tableQuery } from './api/table';
import { AsOf } from './components/as-of';
import { TableActions } from './components/table-actions';
import { HealthOf, TableFacts } from './components/table-facts';
import { TabContent } from './components/tab-content';
import { shownTab, tabBeside, tabsOf, type TabKey } from './tabs';

/** A table: its rows, its columns, how it came to be, what it feeds. */
export default function TablePage() {
  const { table } = useParams({ from: '/tables/$table' });
  const ref = useLakeRef();
  const query = useQuery(tableQuery(ref, table));
  const [tab] = useUrlState<TabKey>('tab', 'preview');
  const setSearch = useSetSearch();
  const tabs = tabsOf(query.data?.kind ?? 'table');
  const chosen = shownTab(tabs, tab);
  const search = (key: string | null) => ({ tab: key === 'preview' ? undefined : (key ?? undefined), sort: undefined });
  const go = (key: string | null) => setSearch(search(key));
  // From the newest address, not the one that is drawn: a second press may come before that.
  const step = (by: number) => setSearch((before) => search(tabBeside(tabs, before['tab'], by)));
  useShortcuts([
    { keys: ']', label: 'Next tab', group: 'Table', run: () => step(1) },
    { keys: '[', label: 'Previous tab', group: 'Table', run: () => step(-1) },
  ]);

  return (
    <Page title={table} beside={query.data && <HealthOf asset={query.data.asset} />} actions={query.data && <TableActions table={query.data} />}>
      <AsOf />
      <Loaded query={query} skeleton={<SkeletonRows rows={12} />}>
        {(data) => (
          <>
            <TableFacts table={data} />
            <Tabs value={chosen} onChange={go}>
              <Tabs.List aria-label={`Parts of ${table}`}>
                {tabs.map(({ key, label }) => (
                  <Tabs.Tab key={key} value={key}>
                    {label}
                  </Tabs.Tab>
                ))}
              </Tabs.List>
              <Tabs.Panel value={chosen} pt={12}>
                <TabContent tab={chosen} table={data} />
              </Tabs.Panel>
            </Tabs>
          </>
        )}
      </Loaded>
    </Page>
  );
}

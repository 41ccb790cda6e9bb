/** What the page of a table shows, one at a time. */
export const TABS = [
  { key: 'preview', label: 'Preview', ofViews: true },
  { key: 'profile', label: 'Profile', ofViews: true },
  { key: 'schema', label: 'Schema', ofViews: true },
  { key: 'snapshots', label: 'Snapshots', ofViews: false },
  { key: 'partitions', label: 'Partitions', ofViews: false },
  { key: 'files', label: 'Files', ofViews: false },
  { key: 'checks', label: 'Checks', ofViews: true },
  { key: 'lineage', label: 'Lineage', ofViews: true },
  { key: 'runs', label: 'Runs', ofViews: true },
  { key: 'use', label: 'Use it', ofViews: true },
] as const;

export type TabKey = (typeof TABS)[number]['key'];

/** Returns the tabs that a table or a view has. */
export const tabsOf = (kind: 'table' | 'view') => TABS.filter((tab) => kind === 'table' || tab.ofViews);

type Tab = (typeof TABS)[number];

/** Returns the tab that is shown where an address names one, or none, or one that is not there. */
export const shownTab = (tabs: readonly Tab[], named: string | undefined): TabKey =>
  tabs.find(({ key }) => key === named)?.key ?? 'preview';

/** Returns the tab so many places beside the one that an address names; after the last comes the first. */
export function tabBeside(tabs: readonly Tab[], named: string | undefined, by: number): TabKey {
  const at = tabs.findIndex(({ key }) => key === shownTab(tabs, named));
  return tabs[(at + by + tabs.length) % tabs.length]?.key ?? 'preview';
}

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

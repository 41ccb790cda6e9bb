import type { Schemas } from '../../../client/api';
import { EmptyState } from '../../../shared/empty-state';
import type { TabKey } from '../tabs';
import { ChecksTab } from './checks-tab';
import { FilesTab } from './files-tab';
import { LineageTab } from './lineage-tab';
import { PartitionsTab } from './partitions-tab';
import { PreviewTab } from './preview-tab';
import { ProfileTab } from './profile-tab';
import { RunsTab } from './runs-tab';
import { SchemaTab } from './schema-tab';
import { SnapshotsTab } from './snapshots-tab';
import { UseTab } from './use-tab';

/** What a tab shows of a table. */
export function TabContent({ tab, table }: { tab: TabKey; table: Schemas['TableDetail'] }) {
  switch (tab) {
    case 'preview':
      return <PreviewTab table={table} />;
    case 'profile':
      return <ProfileTab table={table} />;
    case 'schema':
      return <SchemaTab table={table} />;
    case 'snapshots':
      return <SnapshotsTab table={table} />;
    case 'partitions':
      return <PartitionsTab table={table} />;
    case 'files':
      return <FilesTab table={table} />;
    case 'checks':
      return table.asset === null ? <NoAsset /> : <ChecksTab asset={table.asset} />;
    case 'lineage':
      return table.asset === null ? <NoAsset /> : <LineageTab asset={table.asset} />;
    case 'runs':
      return table.asset === null ? <NoAsset /> : <RunsTab asset={table.asset} />;
    case 'use':
      return <UseTab table={table} />;
  }
}

function NoAsset() {
  return (
    <EmptyState
      title="No asset of this project writes this table"
      hint="Checks, lineage and runs are those of an asset; this table was written by other means."
    />
  );
}

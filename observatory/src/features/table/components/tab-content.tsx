import type { Schemas } from '../../../client/api';
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
      return <ChecksTab asset={table.table} />;
    case 'lineage':
      return <LineageTab asset={table.table} />;
    case 'runs':
      return <RunsTab asset={table.table} />;
    case 'use':
      return <UseTab table={table} />;
  }
}

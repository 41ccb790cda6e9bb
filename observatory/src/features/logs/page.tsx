import { Page } from '../../shared/page';
import { SkeletonRows } from '../../shared/skeleton';

/** Logs. */
export default function LogsPage() {
  return (
    <Page title="Logs">
      <SkeletonRows />
    </Page>
  );
}

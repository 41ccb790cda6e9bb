import { Page } from '../../shared/page';
import { SkeletonRows } from '../../shared/skeleton';

/** Data. */
export default function DataPage() {
  return (
    <Page title="Data">
      <SkeletonRows />
    </Page>
  );
}

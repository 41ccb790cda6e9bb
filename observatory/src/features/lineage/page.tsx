import { Page } from '../../shared/page';
import { SkeletonRows } from '../../shared/skeleton';

/** Lineage. */
export default function LineagePage() {
  return (
    <Page title="Lineage">
      <SkeletonRows />
    </Page>
  );
}

import { Page } from '../../shared/page';
import { SkeletonRows } from '../../shared/skeleton';

/** Run. */
export default function RunPage() {
  return (
    <Page title="Run">
      <SkeletonRows />
    </Page>
  );
}

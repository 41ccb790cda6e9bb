import { Page } from '../../shared/page';
import { SkeletonRows } from '../../shared/skeleton';

/** Runs. */
export default function RunsPage() {
  return (
    <Page title="Runs">
      <SkeletonRows />
    </Page>
  );
}

import { Page } from '../../shared/page';
import { SkeletonRows } from '../../shared/skeleton';

/** Branches. */
export default function BranchesPage() {
  return (
    <Page title="Branches">
      <SkeletonRows />
    </Page>
  );
}

import { Page } from '../../shared/page';
import { SkeletonRows } from '../../shared/skeleton';

/** Quality. */
export default function QualityPage() {
  return (
    <Page title="Quality">
      <SkeletonRows />
    </Page>
  );
}

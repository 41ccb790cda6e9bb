import { Page } from '../../shared/page';
import { SkeletonRows } from '../../shared/skeleton';

/** Table. */
export default function TablePage() {
  return (
    <Page title="Table">
      <SkeletonRows />
    </Page>
  );
}

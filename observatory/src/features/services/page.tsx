import { Page } from '../../shared/page';
import { SkeletonRows } from '../../shared/skeleton';

/** Services. */
export default function ServicesPage() {
  return (
    <Page title="Services">
      <SkeletonRows />
    </Page>
  );
}

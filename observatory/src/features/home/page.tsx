import { Page } from '../../shared/page';
import { SkeletonRows } from '../../shared/skeleton';

/** Home. */
export default function HomePage() {
  return (
    <Page title="Home">
      <SkeletonRows />
    </Page>
  );
}

import { Page } from '../../shared/page';
import { SkeletonRows } from '../../shared/skeleton';

/** Settings. */
export default function SettingsPage() {
  return (
    <Page title="Settings">
      <SkeletonRows />
    </Page>
  );
}

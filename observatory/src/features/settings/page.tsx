import { useQuery } from '@tanstack/react-query';
import { Loaded } from '../../shared/loaded';
import { Card, Page } from '../../shared/page';
import { SkeletonRows } from '../../shared/skeleton';
import { settingsQuery } from './api/queries';
import { SettingList } from './components/setting-list';
import { Who } from './components/who';

/** Every setting of the project, from its JSON schema. */
export default function SettingsPage() {
  const settings = useQuery(settingsQuery);
  return (
    <Page title="Settings">
      <Loaded
        query={settings}
        skeleton={
          <Card>
            <SkeletonRows rows={12} />
          </Card>
        }
      >
        {(data) => <SettingList settings={data} />}
      </Loaded>
      <Who />
    </Page>
  );
}

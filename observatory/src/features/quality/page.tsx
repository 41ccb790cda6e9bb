import { useQuery } from '@tanstack/react-query';
import { Loaded } from '../../shared/loaded';
import { Card, Page } from '../../shared/page';
import { SkeletonRows } from '../../shared/skeleton';
import { useSetSearch, useUrlState } from '../../shared/url-state';
import { overviewQuery } from './api/queries';
import { AssetScores } from './components/asset-scores';
import { CheckList } from './components/check-list';
import { CheckPage } from './components/check-page';
import { DAYS, OverviewCards } from './components/overview';
import css from './components/quality.module.css';

const DEFAULT_DAYS = '14';

/** Quality: the score over time and every check, or one check with its history. */
export default function QualityPage() {
  const [asset] = useUrlState('asset', '');
  const [check] = useUrlState('check', '');
  return asset && check ? <CheckPage asset={asset} check={check} /> : <QualityOverviewPage />;
}

function QualityOverviewPage() {
  const [asset] = useUrlState('asset', '');
  const [status, setStatus] = useUrlState('status', '');
  const [named, setDays] = useUrlState('days', DEFAULT_DAYS);
  const setSearch = useSetSearch();
  const days = DAYS.includes(named) ? named : DEFAULT_DAYS;
  const overview = useQuery(overviewQuery(Number(days)));
  return (
    <Page title="Quality">
      <Loaded
        query={overview}
        skeleton={
          <Card>
            <SkeletonRows rows={6} />
          </Card>
        }
      >
        {(data) => (
          <OverviewCards overview={data} status={status} onStatus={setStatus} days={days} onDays={setDays} />
        )}
      </Loaded>
      <div className={css.columns}>
        <Loaded
          query={overview}
          skeleton={
            <Card title="By asset">
              <SkeletonRows rows={10} />
            </Card>
          }
        >
          {(data) => (
            <AssetScores
              scores={data.assets}
              asset={asset}
              onAsset={(next) => setSearch({ asset: next || undefined })}
            />
          )}
        </Loaded>
        <CheckList />
      </div>
    </Page>
  );
}

import { useQuery } from '@tanstack/react-query';
import { Card, Page } from '../../shared/page';
import { LinkButton } from '../../shared/link-button';
import { Loaded } from '../../shared/loaded';
import { plural } from '../../shared/format';
import { Skeleton, SkeletonRows } from '../../shared/skeleton';
import { Status } from '../../shared/status';
import { homeQuery } from './api/queries';
import { Activity } from './components/activity';
import { AssetHealth } from './components/asset-health';
import { Attention } from './components/attention';
import { KeyFigures } from './components/key-figures';
import { Layers } from './components/layers';
import { Promises } from './components/promises';
import { RecentRuns } from './components/recent-runs';
import { RunsPerDay } from './components/runs-per-day';
import css from './components/home.module.css';

/** How the lakehouse is: health, what needs somebody, what happened. */
export default function HomePage() {
  const home = useQuery(homeQuery);
  const failed = home.data?.attention.filter((item) => item.severity === 'fail').length ?? 0;
  const warned = (home.data?.attention.length ?? 0) - failed;
  return (
    <Page
      title="Lakehouse health"
      beside={
        home.data &&
        (failed > 0 ? (
          <Status tone="bad" word={`${failed} failed`} />
        ) : warned > 0 ? (
          <Status tone="warn" word={plural(warned, 'warning')} />
        ) : (
          <Status tone="ok" word="All well" />
        ))
      }
      actions={
        <LinkButton to="/data" variant="filled">
          Query the data
        </LinkButton>
      }
    >
      <Loaded query={home} skeleton={<HomeSkeleton />}>
        {(data) => (
          <>
            <KeyFigures home={data} />
            {data.assets.length > 0 && <Layers assets={data.assets} />}
            <div className={css.columns}>
              <div>
                <RunsPerDay days={data.run_days} />
                <Attention items={data.attention} />
                <RecentRuns />
              </div>
              <div>
                <Promises items={data.freshness} />
                <Activity events={data.activity} />
              </div>
            </div>
            <AssetHealth assets={data.assets} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function HomeSkeleton() {
  return (
    <>
      <div className={css.kpis}>
        {[0, 1, 2, 3].map((place) => (
          <Card key={place} padded>
            <Skeleton height={62} />
          </Card>
        ))}
      </div>
      <div className={css.columns}>
        <Card>
          <SkeletonRows rows={8} />
        </Card>
        <Card>
          <SkeletonRows rows={8} />
        </Card>
      </div>
    </>
  );
}

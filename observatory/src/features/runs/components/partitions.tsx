import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Grid3x3 } from 'lucide-react';
import { AssetSelect, assetsQuery } from '../../../shared/asset-select';
import { EmptyState } from '../../../shared/empty-state';
import { Loaded } from '../../../shared/loaded';
import { Card } from '../../../shared/page';
import { Toolbar } from '../../../shared/toolbar';
import { useUrlState } from '../../../shared/url-state';
import { gridQuery } from '../api/queries';
import { PartitionChoice } from './partition-choice';

/** The partitions of an asset by state, and a backfill of those that are chosen. */
export function Partitions() {
  const assets = useQuery(assetsQuery);
  const [named, setNamed] = useUrlState('asset', '');
  return (
    <Card title="Partitions" sub="choose some and materialize them together">
      <Loaded query={assets}>
        {({ items }) => {
          const partitioned = items.filter((asset) => asset.partitioned);
          const asset = named || (partitioned[0]?.asset ?? '');
          if (asset === '') {
            return (
              <EmptyState
                icon={Grid3x3}
                title="No asset of the project has partitions"
                hint="Give an ingestion partition=phlo.daily(…) and its days appear here."
              />
            );
          }
          return (
            <>
              <Toolbar label="Which partitions">
                <AssetSelect value={asset} onChange={setNamed} partitioned clearable={false} />
              </Toolbar>
              <Grid key={asset} asset={asset} />
            </>
          );
        }}
      </Loaded>
    </Card>
  );
}

function Grid({ asset }: { asset: string }) {
  const grid = useInfiniteQuery(gridQuery(asset));
  return (
    <Loaded query={grid}>
      {({ pages }) => {
        const [first] = pages;
        if (!first || first.total === 0) {
          return <EmptyState title={`${asset} has no partitions`} hint="It is written as a whole: run it from the list of runs." />;
        }
        return (
          <PartitionChoice
            grid={first}
            keys={pages.flatMap((page) => page.keys)}
            states={pages.flatMap((page) => page.states)}
            older={
              grid.hasNextPage ? (
                <Button loading={grid.isFetchingNextPage} onClick={() => void grid.fetchNextPage()}>
                  Show older
                </Button>
              ) : null
            }
          />
        );
      }}
    </Loaded>
  );
}

import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../../../client/api';

/** Every asset and what leads to what. */
export const graphQuery = queryOptions({
  queryKey: ['runs', 'lineage'],
  queryFn: ({ signal }) => read(api.GET('/api/lineage/assets', { signal })),
});

/** Everything that would feel a change of an asset, by owner. */
export const impactQuery = (asset: string) =>
  queryOptions({
    queryKey: ['runs', 'impact', asset],
    queryFn: ({ signal }) =>
      read(api.GET('/api/graph/impact/{asset}', { params: { path: { asset } }, signal })),
  });

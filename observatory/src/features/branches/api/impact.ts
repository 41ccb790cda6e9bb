import { useQueries, useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../../client/api';
import { assetsQuery } from '../../../shared/asset-select';
import { impactQuery } from './refs';

type Impact = Schemas['Impact'];

/** An asset that would feel a merge, with what it feels it through. */
export interface Felt {
  asset: string;
  owners: readonly string[];
  health: Schemas['Neighbour']['health'];
  through: string[];
}

/** More tables than this are not asked for. */
export const MOST_TABLES = 25;

/** Returns all that is made from some tables and is not one of them; of tables that no asset writes, nothing is. */
export function useImpact(tables: readonly string[]): { felt: Felt[]; loading: boolean; error: unknown } {
  const assets = useQuery(assetsQuery);
  const known = new Set(assets.data?.items.map(({ asset }) => asset));
  const isKnown = (table: string) => known.has(table) || Boolean(assets.data?.next_cursor);
  const answers = useQueries({ queries: tables.slice(0, MOST_TABLES).filter(isKnown).map(impactQuery) });
  const found = answers.flatMap(({ data }) => (data ? [data] : []));
  return {
    felt: feltBy(tables, found),
    loading: assets.isPending || answers.some((answer) => answer.isPending),
    error: assets.error ?? answers.find((answer) => answer.error)?.error ?? null,
  };
}

/** Joins the impact of several tables. */
export function feltBy(tables: readonly string[], impacts: readonly Impact[]): Felt[] {
  const changed = new Set(tables);
  const felt = new Map<string, Felt>();
  for (const impact of impacts) {
    for (const { asset, owners, health } of impact.nodes) {
      if (changed.has(asset)) continue;
      const held = felt.get(asset);
      if (held) held.through.push(impact.asset);
      else felt.set(asset, { asset, owners, health, through: [impact.asset] });
    }
  }
  return [...felt.values()].sort((a, b) => a.asset.localeCompare(b.asset));
}

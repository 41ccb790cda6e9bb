import { useQueries, useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../../client/api';
import { commitQuery, historyQuery } from './table';

type Commit = Schemas['CommitDetail'];

/** Returns, for each snapshot, the commit of this ref that put it in place. */
export function useSnapshotCommits(ref: string, table: string): { commits: Map<string, Commit>; loading: boolean } {
  const history = useQuery(historyQuery(ref, table));
  const details = useQueries({
    queries: (history.data?.items ?? []).map((commit) => commitQuery(commit.id)),
  });
  return {
    commits: commitOfSnapshots(table, details.flatMap(({ data }) => (data ? [data] : []))),
    loading: history.isPending || details.some((detail) => detail.isPending),
  };
}

/** The newest commit first; a snapshot belongs to the first commit that had it. */
export function commitOfSnapshots(table: string, newestFirst: readonly Commit[]): Map<string, Commit> {
  const found = new Map<string, Commit>();
  for (const commit of newestFirst) {
    const snapshot = commit.changes.find((change) => change.key === table)?.after?.snapshot_id;
    if (snapshot) found.set(snapshot, commit);
  }
  return found;
}

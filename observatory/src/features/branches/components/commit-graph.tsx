import { useInfiniteQuery } from '@tanstack/react-query';
import { GitBranch, GitCommitHorizontal, Tag } from 'lucide-react';
import { useMemo, type KeyboardEvent } from 'react';
import type { Schemas } from '../../../client/api';
import { EmptyState } from '../../../shared/empty-state';
import { ErrorState } from '../../../shared/error-state';
import { plural, shortId } from '../../../shared/format';
import { More } from '../../../shared/more';
import { RelativeTime } from '../../../shared/relative-time';
import { SkeletonRows } from '../../../shared/skeleton';
import { useUrlState } from '../../../shared/url-state';
import { commitGraphQuery } from '../api/refs';
import { laneColour, LANE, laneX, linesOf, ROW, rowY } from '../graph-lines';
import { CommitPanel } from './commit-panel';
import css from './branches.module.css';

/** The commits of some refs, or of all, as a graph; a commit opens what it changed. */
export function CommitGraph({ names, refs }: { names: readonly string[]; refs: readonly Schemas['Ref'][] }) {
  const query = useInfiniteQuery(commitGraphQuery(names));
  const [chosen, choose] = useUrlState('commit', '');
  const commits = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const lines = useMemo(() => linesOf(commits), [commits]);
  const tags = useMemo(() => new Set(refs.filter((ref) => ref.kind === 'tag').map((ref) => ref.name)), [refs]);
  if (query.isError && !query.data) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <SkeletonRows rows={10} />;
  if (commits.length === 0) {
    return <EmptyState icon={GitCommitHorizontal} title="No commit yet" hint="The first run writes one." />;
  }
  const width = laneX(Math.max(...commits.map((commit) => commit.lane))) + LANE;

  function onKeyDown(event: KeyboardEvent<HTMLOListElement>): void {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    const buttons = [...event.currentTarget.querySelectorAll('button')];
    const next = buttons[buttons.findIndex((each) => each === document.activeElement) + by];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }
  return (
    <>
      {chosen && <CommitPanel id={chosen} refs={refs} onClose={() => choose('')} />}
      <div className={css.graph}>
        <svg width={width} height={commits.length * ROW} aria-hidden>
          {lines.map(({ lane, d }, at) => (
            <path key={at} d={d} stroke={laneColour(lane)} />
          ))}
          {commits.map((commit, row) => (
            <circle key={commit.id} cx={laneX(commit.lane)} cy={rowY(row)} r={commit.parents.length > 1 ? 5 : 4} fill={laneColour(commit.lane)} stroke="var(--panel)" strokeWidth={2} />
          ))}
        </svg>
        <ol aria-label="Commits, newest first" onKeyDown={onKeyDown}>
          {commits.map((commit) => (
            <li key={commit.id}>
              <button
                type="button"
                className={css.commit}
                style={{ paddingLeft: width }}
                aria-expanded={commit.id === chosen}
                onClick={() => choose(commit.id === chosen ? '' : commit.id)}
              >
                {commit.refs.map((name) => (
                  <span key={name} className={`${css.badge} mono`}>
                    {tags.has(name) ? <Tag size={11} aria-label="tag" /> : <GitBranch size={11} aria-label="branch" />}
                    <span className="trunc">{name}</span>
                  </span>
                ))}
                <span className={`${css.message} trunc`} title={commit.message}>
                  {commit.message}
                </span>
                {commit.override && <span className={css.badge} data-tone="changed" title={commit.override}>without checks</span>}
                <small>{commit.tables.length > 0 ? plural(commit.tables.length, 'table') : ''}</small>
                <small>{commit.author}</small>
                <small className="mono">{shortId(commit.id)}</small>
                <small>
                  <RelativeTime time={commit.time} />
                </small>
              </button>
            </li>
          ))}
        </ol>
      </div>
      <div className={css.foot}>
        <More shown={commits.length} what="commit" query={query} />
      </div>
    </>
  );
}

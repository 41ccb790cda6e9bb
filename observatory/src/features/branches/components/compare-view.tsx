import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../../client/api';
import { EmptyState } from '../../../shared/empty-state';
import { plural, shortId } from '../../../shared/format';
import { Loaded } from '../../../shared/loaded';
import { Card } from '../../../shared/page';
import { RelativeTime } from '../../../shared/relative-time';
import { compareQuery, diffQuery } from '../api/refs';
import { BranchImpact } from './branch-impact';
import { TableDiff } from './table-diff';
import css from './branches.module.css';

type Commit = Schemas['Commit'];

/** What a branch changed since it left another: tables, columns, rows. */
export function CompareView({ source, into }: { source: string; into: string }) {
  const query = useQuery(compareQuery(source, into));
  return (
    <Loaded query={query}>
      {(compare) => (
        <div className={css.stack}>
          <Tables source={source} left={compare.base ?? into} into={into} />
          <BranchImpact tables={compare.tables} />
          <div className={css.two}>
            <Commits title={`Only on ${source}`} commits={compare.ahead} total={compare.ahead_total} />
            <Commits title={`Only on ${into}`} commits={compare.behind} total={compare.behind_total} />
          </div>
        </div>
      )}
    </Loaded>
  );
}

function Tables({ source, left, into }: { source: string; left: string; into: string }) {
  const query = useQuery(diffQuery(left, source));
  return (
    <Card title="What changed" sub={<>on {source} since it left {into}, from metadata alone</>}>
      <Loaded query={query} compact>
        {(diff) =>
          diff.tables.length === 0 ? (
            <EmptyState
              title="Nothing has changed here"
              hint={`Run an asset on ${source}: choose the branch in the head of the page, then Run on the page of a table.`}
              compact
            />
          ) : (
            <ul className={css.changes}>
              {diff.tables.map((table) => (
                <TableDiff key={table.key} diff={table} left={left} right={source} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}

function Commits({ title, commits, total }: { title: string; commits: readonly Commit[]; total: number }) {
  return (
    <Card title={title} sub={plural(total, 'commit')}>
      {commits.length === 0 ? (
        <EmptyState title="No commit" compact />
      ) : (
        <ul className={css.changes}>
          {commits.map((commit) => (
            <li key={commit.id} className={css.change}>
              <span className="trunc" style={{ flex: 1 }} title={commit.message}>
                {commit.message}
              </span>
              <span className="mono dim">{shortId(commit.id)}</span>
              <span className="dim">
                <RelativeTime time={commit.time} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {commits.length < total && <p className={css.foot}>{plural(total - commits.length, 'older commit')} not shown</p>}
    </Card>
  );
}

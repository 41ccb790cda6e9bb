import { useQuery } from '@tanstack/react-query';
import { bytes, count, plural } from '../../../shared/format';
import { EmptyState } from '../../../shared/empty-state';
import { Loaded } from '../../../shared/loaded';
import { planQuery } from '../api/queries';
import css from './data.module.css';

/** How the statement would be run, and what it would read. */
export function PlanView({ sql, gitRef }: { sql: string; gitRef: string }) {
  const plan = useQuery({ ...planQuery(gitRef, sql), enabled: sql !== '' });
  if (sql === '') return <EmptyState title="No statement to explain" hint="Write one above." />;
  return (
    <Loaded query={plan}>
      {(found) => (
        <>
          <div className={css.facts}>
            <b>reads at most {bytes(found.bytes)}</b>
            <span>{plural(found.files, 'file')}</span>
            <span>{count(found.rows)} rows</span>
            <span className="mono">{found.tables.join(', ')}</span>
          </div>
          <pre className={`${css.plan} mono`}>{found.plan}</pre>
        </>
      )}
    </Loaded>
  );
}

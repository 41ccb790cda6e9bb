import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { GitBranchPlus, History } from 'lucide-react';
import { useLakeRef } from '../../../shared/lake-ref';
import { shortId } from '../../../shared/format';
import { refParts } from '../../../shared/refs';
import { useSetSearch } from '../../../shared/url-state';
import css from './table.module.css';

/** Says that an earlier state is looked at, and leads back to now. */
export function AsOf() {
  const { base, at } = refParts(useLakeRef());
  const setSearch = useSetSearch();
  if (at === null) return null;
  const what = /^[0-9a-f]{32}$/.test(at) ? `commit ${shortId(at)}` : at;
  return (
    <div className={css.asOf} role="status">
      <History size={14} aria-hidden />
      <span>
        You look at <b className="mono">{base}</b> as it was at <b className="mono">{what}</b>. Nothing here changes any more.
      </span>
      <Button
        leftSection={<GitBranchPlus size={13} aria-hidden />}
        renderRoot={(props) => <Link to="/branches" search={{ create: 'yes' }} {...props} />}
      >
        Branch from here
      </Button>
      <Button onClick={() => setSearch({ ref: base === 'main' ? undefined : base }, { push: true })}>Back to now</Button>
    </div>
  );
}

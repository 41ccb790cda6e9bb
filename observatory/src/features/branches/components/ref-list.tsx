import { TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { GitBranch, Lock, Search, Tag } from 'lucide-react';
import { useState } from 'react';
import type { Schemas } from '../../../client/api';
import { Card } from '../../../shared/page';
import { RelativeTime } from '../../../shared/relative-time';
import { useUrlState } from '../../../shared/url-state';
import css from './branches.module.css';

type Ref = Schemas['Ref'];

/** All branches and tags, and what it means that one is protected. */
export function RefList({ refs }: { refs: readonly Ref[] }) {
  const [chosen] = useUrlState('branch', '');
  const [text, setText] = useState('');
  const shown = refs.filter((ref) => ref.name.toLowerCase().includes(text.toLowerCase()));
  const isProtected = refs.some((ref) => ref.protected);
  return (
    <div className={css.stack}>
      <Card title="Branches and tags" sub={refs.length}>
        {refs.length > 6 && (
          <div className={css.find}>
            <TextInput
              aria-label="Find a branch or tag"
              placeholder="Find a branch or tag"
              leftSection={<Search size={13} aria-hidden />}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
          </div>
        )}
        <ul className={css.refs}>
          <li>
            <Link to="/branches" search={{}} data-active={chosen === '' || undefined}>
              <span className={css.all}>All commits</span>
            </Link>
          </li>
          {shown.map((ref) => (
            <li key={ref.name}>
              <Link to="/branches" search={{ branch: ref.name }} data-active={ref.name === chosen || undefined}>
                {ref.kind === 'tag' ? <Tag size={14} aria-label="tag" /> : <GitBranch size={14} aria-label="branch" />}
                <span className="mono trunc">{ref.name}</span>
                {ref.protected && <Lock size={12} aria-label="protected" />}
                <small>
                  <RelativeTime time={ref.updated_at} />
                </small>
              </Link>
            </li>
          ))}
        </ul>
      </Card>
      {isProtected && (
        <p className={css.note}>
          <Lock size={13} aria-hidden />
          <span>
            A protected branch moves only by a merge, and only by tables whose blocking checks passed in exactly the state
            that is merged. Work on a branch of your own, compare it, merge it here.
          </span>
        </p>
      )}
    </div>
  );
}

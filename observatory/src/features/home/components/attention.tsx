import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Schemas } from '../../../client/api';
import { EmptyState } from '../../../shared/empty-state';
import { count } from '../../../shared/format';
import { Card } from '../../../shared/page';
import { RelativeTime } from '../../../shared/relative-time';
import { Status } from '../../../shared/status';
import { useUrlState } from '../../../shared/url-state';
import css from './home.module.css';

type Item = Schemas['Attention'];
const FEW = 5;

/** What needs somebody, the worst first, each with what to do next. */
export function Attention({ items }: { items: Item[] }) {
  const [shown, setShown] = useUrlState('attention', 'few');
  const listed = shown === 'all' ? items : items.slice(0, FEW);
  return (
    <Card title="Needs attention" sub={items.length > 0 ? String(items.length) : undefined}>
      {items.length === 0 && (
        <EmptyState
          icon={CircleCheck}
          title="Nothing needs attention"
          hint="No run failed, no check failed or warned, nothing is late."
        />
      )}
      <ul className={css.list}>
        {listed.map((item) => (
          <li key={[item.kind, item.asset, item.check, item.run_id, item.title].join(' ')} className={css.item}>
            <Status
              tone={item.severity === 'fail' ? 'bad' : 'warn'}
              word={item.severity === 'fail' ? 'Failed' : 'Warning'}
            />
            <div>
              <Target item={item}>{item.title}</Target>
              <p className={css.why}>{item.detail}</p>
              <p className={css.next}>Next: {item.fix}</p>
            </div>
            {item.time && (
              <span className={css.when}>
                <RelativeTime time={item.time} />
              </span>
            )}
          </li>
        ))}
      </ul>
      {items.length > FEW && (
        <div className={css.more}>
          <Button onClick={() => setShown(shown === 'all' ? 'few' : 'all')}>
            {shown === 'all' ? 'Show fewer' : `Show ${count(items.length - FEW)} more`}
          </Button>
        </div>
      )}
    </Card>
  );
}

function Target({ item, children }: { item: Item; children: ReactNode }) {
  const { kind, asset, check, run_id: run } = item;
  if (kind === 'check' && asset && check) {
    return (
      <Link to="/quality" search={{ asset, check }} className={css.what}>
        {children}
      </Link>
    );
  }
  if (kind === 'run' && run) {
    return (
      <Link to="/runs/$run" params={{ run }} className={css.what}>
        {children}
      </Link>
    );
  }
  if (kind === 'freshness' && asset) {
    return (
      <Link to="/tables/$table" params={{ table: asset }} className={css.what}>
        {children}
      </Link>
    );
  }
  if (kind === 'schedule') {
    return (
      <Link to="/runs" search={{ tab: 'schedules' }} className={css.what}>
        {children}
      </Link>
    );
  }
  return (
    <Link to="/services" className={css.what}>
      {children}
    </Link>
  );
}

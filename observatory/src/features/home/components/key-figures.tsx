import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Schemas } from '../../../client/api';
import { bytes, compact, count, plural } from '../../../shared/format';
import { useLakeRef } from '../../../shared/lake-ref';
import { Card } from '../../../shared/page';
import { Skeleton } from '../../../shared/skeleton';
import { Status } from '../../../shared/status';
import { Unknown } from '../../../shared/unknown';
import { namespacesQuery } from '../api/queries';
import css from './home.module.css';

interface FigureProps {
  name: string;
  to: string;
  value: ReactNode;
  unit?: string;
  note: ReactNode;
}

function Figure({ name, to, value, unit, note }: FigureProps) {
  return (
    <Card>
      <Link to={to} className={css.kpi}>
        <span className={css.name}>{name}</span>
        <span className={css.value}>
          {value}
          {unit && <small>{unit}</small>}
        </span>
        <span className={css.note}>{note}</span>
      </Link>
    </Card>
  );
}

/** Four numbers: assets, runs, checks, the lake. */
export function KeyFigures({ home }: { home: Schemas['Home'] }) {
  const { health, runs, checks } = home;
  const assets = home.assets.length;
  const finished = runs.succeeded_24h + runs.failed_24h;
  return (
    <div className={css.kpis}>
      <Figure
        name="Healthy assets"
        to="/lineage"
        value={count(health.ok)}
        unit={`of ${count(assets)}`}
        note={<HealthNote health={health} />}
      />
      <Figure
        name="Runs, last 24 hours"
        to="/runs"
        value={count(finished)}
        note={
          <>
            {runs.failed_24h > 0 ? (
              <Status tone="bad" word={`${count(runs.failed_24h)} failed`} plain />
            ) : (
              'none failed'
            )}
            {runs.in_progress > 0 && <Status tone="run" word={`${runs.in_progress} running`} plain />}
            {runs.queued > 0 && <span>{count(runs.queued)} queued</span>}
          </>
        }
      />
      <Figure
        name="Checks passed"
        to="/quality"
        value={count(checks.passed)}
        unit={`of ${count(checks.total)}`}
        note={<ChecksNote checks={checks} />}
      />
      <LakeFigure />
    </div>
  );
}

function HealthNote({ health }: { health: Schemas['HealthCounts'] }) {
  const parts = [
    health.fail > 0 && <Status key="fail" tone="bad" word={`${count(health.fail)} failing`} plain />,
    health.warn > 0 && <Status key="warn" tone="warn" word={plural(health.warn, 'warning')} plain />,
    health.running > 0 && <Status key="run" tone="run" word={`${count(health.running)} running`} plain />,
    health.unknown > 0 && <Status key="unknown" tone="unknown" word={`${count(health.unknown)} unknown`} plain />,
  ].filter(Boolean);
  return <>{parts.length > 0 ? parts : 'nothing to look at'}</>;
}

function ChecksNote({ checks }: { checks: Schemas['AssetChecks'] }) {
  const parts = [
    checks.failed > 0 && <Status key="failed" tone="bad" word={`${count(checks.failed)} failed`} plain />,
    checks.warned > 0 && <Status key="warned" tone="warn" word={`${count(checks.warned)} warned`} plain />,
    checks.unknown > 0 && <Status key="unknown" tone="unknown" word={`${count(checks.unknown)} never run`} plain />,
  ].filter(Boolean);
  return <>{parts.length > 0 ? parts : 'none failed'}</>;
}

function LakeFigure() {
  const ref = useLakeRef();
  const { data, error } = useQuery(namespacesQuery(ref));
  if (!data) {
    const value = error ? <Unknown why={error.message} /> : <Skeleton width={90} height={26} />;
    return <Figure name="Tables" to="/data" value={value} note="" />;
  }
  const sum = (pick: (item: Schemas['Namespace']) => number | null) => {
    const held = data.items.filter((item) => item.tables > 0).map(pick);
    return held.every((value) => value !== null) ? held.reduce((a, b) => a + b, 0) : null;
  };
  const [rows, size] = [sum((item) => item.rows), sum((item) => item.bytes)];
  const tables = data.items.reduce((total, item) => total + item.tables, 0);
  const views = data.items.reduce((total, item) => total + item.views, 0);
  return (
    <Figure
      name={`Data on ${ref}`}
      to="/data"
      value={size === null ? <Unknown why="some tables do not say their size" /> : bytes(size)}
      note={[
        plural(tables, 'table'),
        views > 0 && plural(views, 'view'),
        rows !== null && `${compact(rows)} rows`,
      ]
        .filter(Boolean)
        .join(', ')}
    />
  );
}

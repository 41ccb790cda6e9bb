import { SegmentedControl } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { ErrorState } from '../../shared/error-state';
import { shortId } from '../../shared/format';
import { Loaded } from '../../shared/loaded';
import { FullPage } from '../../shared/page';
import { SkeletonRows } from '../../shared/skeleton';
import { Toolbar } from '../../shared/toolbar';
import { useUrlState } from '../../shared/url-state';
import type { Schemas } from '../../client/api';
import { runQuery, stepsQuery } from './api/queries';
import { useRunLog } from './api/use-run-log';
import { Gantt } from './components/gantt';
import { RunAbout } from './components/run-about';
import { RunHead } from './components/run-head';
import { RunLog } from './components/run-log';
import { RunOutput } from './components/run-output';
import css from './components/run.module.css';

/** A run, live: its steps over time, its log, what it wrote, what can be done. */
export default function RunPage() {
  const { run } = useParams({ strict: false });
  return (
    <FullPage title={`Run ${shortId(run ?? '')}`}>
      <OneRun key={run} id={run ?? ''} />
    </FullPage>
  );
}

function OneRun({ id }: { id: string }) {
  const client = useQueryClient();
  const run = useQuery(runQuery(id));
  return (
    <Loaded query={run}>
      {(detail) => (
        <>
          <RunHead run={detail} onChanged={() => void client.invalidateQueries({ queryKey: ['runs'] })} />
          <Body run={detail} />
        </>
      )}
    </Loaded>
  );
}

const PANELS = [
  { value: 'log', label: 'Log' },
  { value: 'stdout', label: 'stdout' },
  { value: 'stderr', label: 'stderr' },
  { value: 'about', label: 'About' },
];

function Body({ run }: { run: Schemas['RunDetail'] }) {
  const [panel, setPanel] = useUrlState('panel', 'log');
  const [step, setStep] = useUrlState('step', '');
  const steps = useQuery(stepsQuery(run.run_id, run.finished));
  const log = useRunLog(run.run_id);
  const choice = (
    <SegmentedControl aria-label="What is shown of the run" data={PANELS} value={panel} onChange={setPanel} />
  );
  return (
    <div className={css.body}>
      <Loaded query={steps} skeleton={<SkeletonRows rows={4} />} compact>
        {({ steps: all }) => <Gantt run={run} steps={all} chosen={step} onChoose={setStep} />}
      </Loaded>
      {panel !== 'log' && <Toolbar label="What is shown of the run">{choice}</Toolbar>}
      {panel === 'about' ? (
        <RunAbout run={run} />
      ) : panel === 'stdout' || panel === 'stderr' ? (
        <RunOutput key={panel} run={run.run_id} stream={panel} finished={run.finished} />
      ) : log.problem ? (
        <ErrorState error={log.problem} />
      ) : (
        <RunLog lines={log.lines} state={log.state} finished={run.finished} lead={choice} />
      )}
    </div>
  );
}

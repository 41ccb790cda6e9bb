import { Button, Switch } from '@mantine/core';
import { CornerDownRight, X } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import type { StreamState } from '../../../client/live-connection';
import { EmptyState } from '../../../shared/empty-state';
import { count, plural } from '../../../shared/format';
import { LevelSelect } from '../../../shared/log/level-select';
import { isError, keyOf, reaches, says, type Line } from '../../../shared/log/lines';
import { LogDetail } from '../../../shared/log/log-detail';
import { LogList } from '../../../shared/log/log-list';
import { SearchBox } from '../../../shared/search-box';
import { useShortcuts } from '../../../shared/shortcuts';
import { SkeletonRows } from '../../../shared/skeleton';
import { Status } from '../../../shared/status';
import { Toolbar } from '../../../shared/toolbar';
import { useSetSearch, useUrlState } from '../../../shared/url-state';
import type { Said } from '../../../shared/words';
import css from './run.module.css';

const STREAM: Record<StreamState, Said> = {
  connecting: { tone: 'run', word: 'Connecting' },
  open: { tone: 'run', word: 'Live' },
  waiting: { tone: 'warn', word: 'Connection lost, trying again' },
  over: { tone: 'idle', word: 'Complete' },
};

interface Props {
  lines: readonly Line[];
  state: StreamState;
  /** Whether the run is over; the log of one that goes on is followed from the start. */
  finished: boolean;
  /** What stands before the filters. */
  lead: ReactNode;
}

/** The log of a run: filtered by step, level and text, followed, or at its first error. */
export function RunLog({ lines, state, finished, lead }: Props) {
  const [level, setLevel] = useUrlState('level', '');
  const [step] = useUrlState('step', '');
  const [text, setText] = useUrlState('q', '');
  const [chosen, setChosen] = useUrlState('line', '');
  const [initially] = useState(finished ? 'off' : 'on');
  const [followed, setFollowed] = useUrlState('follow', initially);
  const setSearch = useSetSearch();
  const follow = followed === 'on' && chosen === '';
  const shown = useMemo(
    () => lines.filter((line) => reaches(line, level) && (step === '' || line.step === step) && says(line, text)),
    [lines, level, step, text],
  );
  const firstError = lines.find(isError);
  const line = shown.find((each) => keyOf(each) === chosen);

  function toError(): void {
    if (firstError) setSearch({ line: keyOf(firstError), level: undefined, step: undefined, q: undefined });
  }
  const setFollow = (on: boolean) =>
    setSearch({ follow: on ? 'on' : 'off', ...(on ? { line: undefined } : {}) });
  useShortcuts([
    { keys: 'e', label: 'Jump to the first error', group: 'Log', run: toError },
    { keys: 'f', label: 'Follow the newest line', group: 'Log', run: () => setFollow(!follow) },
  ]);

  return (
    <>
      <Toolbar
        label="Filter the log"
        end={
          <>
            <span className={css.count}>
              {shown.length === lines.length ? plural(lines.length, 'line') : `${count(shown.length)} of ${plural(lines.length, 'line')}`}
            </span>
            <Status {...STREAM[state]} plain />
            <Switch label="Follow" checked={follow} onChange={(event) => setFollow(event.currentTarget.checked)} />
          </>
        }
      >
        {lead}
        <SearchBox label="Find in the log" placeholder="Find in the log" value={text} onChange={setText} width={200} />
        <LevelSelect value={level} onChange={setLevel} />
        {step !== '' && (
          <Button rightSection={<X size={13} aria-hidden />} onClick={() => setSearch({ step: undefined })}>
            Step {step}
          </Button>
        )}
        <Button
          leftSection={<CornerDownRight size={13} aria-hidden />}
          disabled={!firstError}
          title={firstError ? 'Key: e' : 'No line of this run is an error'}
          onClick={toError}
        >
          First error
        </Button>
      </Toolbar>
      {lines.length === 0 && state !== 'over' ? (
        <SkeletonRows rows={8} />
      ) : shown.length === 0 ? (
        <EmptyState
          title={lines.length === 0 ? 'The run wrote no line' : 'No line matches'}
          action={
            lines.length > 0 && (
              <Button onClick={() => setSearch({ q: undefined, level: undefined, step: undefined })}>Show every line</Button>
            )
          }
        />
      ) : (
        <LogList
          lines={shown}
          label="Log of the run"
          chosen={chosen}
          onChoose={setChosen}
          follow={follow}
          onLookBack={() => followed === 'on' && setFollowed('off')}
        />
      )}
      {line && <LogDetail line={line} onClose={() => setChosen('')} />}
    </>
  );
}

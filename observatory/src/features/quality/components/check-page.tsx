import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ArrowLeft } from 'lucide-react';
import type { Schemas } from '../../../client/api';
import { EmptyState } from '../../../shared/empty-state';
import { plural, words } from '../../../shared/format';
import { Identifier } from '../../../shared/identifier';
import { KeyValue } from '../../../shared/key-value';
import { LinkButton } from '../../../shared/link-button';
import { Loaded } from '../../../shared/loaded';
import { AssetLink } from '../../../shared/log/log-detail';
import { Card, Page } from '../../../shared/page';
import { RelativeTime } from '../../../shared/relative-time';
import { useShortcuts } from '../../../shared/shortcuts';
import { Status } from '../../../shared/status';
import { Unknown } from '../../../shared/unknown';
import { useSetSearch, useUrlState } from '../../../shared/url-state';
import { sayCheck } from '../../../shared/words';
import { checkQuery, historyQuery } from '../api/queries';
import { CheckHistory, OlderButton } from './check-history';
import { FailingRowsCard } from './failing-rows';
import { MeasuredChart } from './measured-chart';
import css from './quality.module.css';

type Detail = Schemas['CheckDetail'];

/** A check: what it measured over time, the rows that fail it, then and now, and its SQL. */
export function CheckPage({ asset, check }: { asset: string; check: string }) {
  const found = useQuery(checkQuery(asset, check));
  const [from] = useUrlState('from', '');
  const setSearch = useSetSearch();
  const back = () =>
    setSearch(
      { check: undefined, execution: undefined, when: undefined, from: undefined, ...(from === 'all' ? { asset: undefined } : {}) },
      { push: true },
    );
  useShortcuts([{ keys: 'Escape', label: 'Back to the list', group: 'Quality', run: back }]);
  return (
    <Page
      title={check}
      beside={found.data && <Status {...sayCheck(found.data.status)} />}
      actions={
        <Button leftSection={<ArrowLeft size={13} aria-hidden />} onClick={back}>
          All checks
        </Button>
      }
    >
      <Loaded query={found}>{(detail) => <Parts key={`${asset}/${check}`} detail={detail} />}</Loaded>
    </Page>
  );
}

function Parts({ detail }: { detail: Detail }) {
  const { asset, check } = detail;
  const history = useInfiniteQuery(historyQuery(asset, check));
  const [named, setNamed] = useUrlState('execution', '');
  const setSearch = useSetSearch();
  const executions = history.data?.pages.flatMap((page) => page.items) ?? [];
  const execution = executions.find((one) => String(one.id) === named) ?? detail.last ?? undefined;
  const choose = (id: number) => setSearch({ execution: String(id), when: undefined });
  return (
    <div className={css.detail}>
      <div>
        <Card title="Measured over time" sub={execution?.expected ? `expected: ${execution.expected}` : undefined}>
          <Loaded query={history} compact>
            {() =>
              executions.length === 0 ? (
                <EmptyState
                  title="It was never run"
                  hint={`It runs with ${asset}.`}
                  action={
                    <LinkButton to="/tables/$table" params={{ table: asset }}>
                      Open {asset}
                    </LinkButton>
                  }
                />
              ) : (
                <>
                  <MeasuredChart executions={executions} chosen={execution?.id} onChoose={choose} />
                  <CheckHistory
                    executions={executions}
                    chosen={execution?.id}
                    onChoose={choose}
                    more={
                      history.hasNextPage ? (
                        <OlderButton loading={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()} />
                      ) : undefined
                    }
                  />
                </>
              )
            }
          </Loaded>
        </Card>
        <FailingRowsCard asset={asset} check={check} execution={execution} />
      </div>
      <div>
        <About detail={detail} execution={execution} onLatest={named ? () => setNamed('') : undefined} />
      </div>
    </div>
  );
}

interface AboutProps {
  detail: Detail;
  execution: Schemas['CheckExecution'] | undefined;
  onLatest: (() => void) | undefined;
}

function About({ detail, execution, onLatest }: AboutProps) {
  const where = detail.file && (detail.line === null ? detail.file : `${detail.file}:${detail.line}`);
  return (
    <Card title="About" actions={onLatest && <Button onClick={onLatest}>Latest result</Button>}>
      <div className={css.facts}>
        {detail.description && <p>{detail.description}</p>}
        <KeyValue
          pairs={[
            ['Asset', <AssetLink key="asset" asset={detail.asset} />],
            ['If it fails', detail.blocking ? 'Nothing is published' : 'It informs; publishing goes on'],
            ['Kind', words(detail.source)],
            ['Declared in', where ? <Identifier key="file" name={where} copy /> : <Unknown why="it is not declared in the project" />],
            ['Columns', detail.columns.length > 0 ? <span className="mono" key="columns">{detail.columns.join(', ')}</span> : undefined],
            ['Reads', detail.reads.length > 0 ? <span className="mono" key="reads">{detail.reads.join(', ')}</span> : undefined],
            ['Result', execution ? <Status key="result" {...sayCheck(execution.status)} plain /> : <Unknown why="it was never run" />],
            ['Said', execution?.message || undefined],
            ['Looked at', typeof execution?.rows === 'number' ? plural(execution.rows, 'row') : undefined],
            ['Partition', execution?.partition ?? undefined],
            ['When', execution ? <RelativeTime key="when" time={execution.time} /> : undefined],
          ]}
        />
      </div>
    </Card>
  );
}

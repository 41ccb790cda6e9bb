import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { api, read, type Schemas } from '../../../client/api';
import { asProblem, Problem } from '../../../client/problem';
import { runStatement } from '../../../client/query-stream';
import { randomId } from '../../../client/random-id';
import type { GridSource } from '../../../shared/grid/source';

/** A statement that was run, as far as it has come. */
export interface Execution {
  id: string;
  sql: string;
  ref: string;
  state: 'running' | 'done' | 'failed' | 'cancelled';
  began: number;
  source: GridSource | null;
  /** Milliseconds until the first rows were here. */
  firstRows: number | null;
  problem: Problem | null;
  /** What the server says of it, once it is over. */
  run: Schemas['QueryRun'] | null;
}

const outcome = async (id: string): Promise<Schemas['QueryRun'] | null> => {
  try {
    return await read(api.GET('/api/trino/queries/{query_id}', { params: { path: { query_id: id } } }));
  } catch {
    return null;
  }
};

/** Runs one statement at a time: its rows stream in, it can be cancelled, its end is kept. */
export function useStatement() {
  const client = useQueryClient();
  const [execution, setExecution] = useState<Execution | null>(null);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);

  const run = useCallback(
    async (sql: string, ref: string): Promise<void> => {
      abort.current?.abort();
      const mine = new AbortController();
      abort.current = mine;
      const began = performance.now();
      const id = randomId();
      const change = (part: Partial<Execution>) => {
        if (abort.current === mine) setExecution((old) => (old?.id === id ? { ...old, ...part } : old));
      };
      setExecution({
        id, sql, ref, state: 'running', began, source: null, firstRows: null, problem: null, run: null,
      });
      try {
        const [response, { readArrow }] = await Promise.all([
          runStatement('arrow', { sql, ref, id, signal: mine.signal }),
          import('../../../shared/grid/arrow-stream'),
        ]);
        let first: number | null = null;
        await readArrow(response, (source) => {
          if (source.rows > 0) first ??= performance.now() - began;
          change({ source, firstRows: first });
        });
        change({ state: 'done', run: await outcome(id) });
      } catch (error) {
        const ended = await outcome(id);
        if (mine.signal.aborted || ended?.state === 'cancelled') {
          change({ state: 'cancelled', run: ended });
        } else {
          change({ state: 'failed', problem: explained(error, ended), run: ended });
        }
      }
      void client.invalidateQueries({ queryKey: ['queries'] });
    },
    [client],
  );

  const cancel = useCallback(async (): Promise<void> => {
    if (execution?.state !== 'running') return;
    const mine = abort.current;
    try {
      await read(
        api.DELETE('/api/trino/queries/{query_id}', { params: { path: { query_id: execution.id } } }),
      );
    } catch {
      // It has not arrived there yet, or nobody answers: let go of it here.
      mine?.abort();
    }
  }, [execution?.id, execution?.state]);

  return { execution, run, cancel };
}

/** A stream that breaks says nothing; the server knows why. */
function explained(error: unknown, ended: Schemas['QueryRun'] | null): Problem {
  if (error instanceof Problem || !ended?.problem) return asProblem(error);
  return new Problem({ detail: ended.problem, fix: ended.fix ?? '', code: 'query', status: 400 });
}

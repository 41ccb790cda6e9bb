import { addressOf } from './base';
import { ask, problemOf } from './problem';

/** How a statement's rows come: for the grid, or as a file. */
export type Format = 'arrow' | 'csv' | 'parquet';

interface Statement {
  sql: string;
  ref: string;
  id?: string;
  signal?: AbortSignal;
}

/** Runs a statement and returns the answer whose body streams its rows; throws its `Problem`. */
export async function runStatement(format: Format, statement: Statement): Promise<Response> {
  const { sql, ref, id, signal } = statement;
  const response = await ask(addressOf(`/api/trino/query/${format}`), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'X-Phlo-Ref': ref },
    body: JSON.stringify(id ? { sql, ref, id } : { sql, ref }),
    ...(signal ? { signal } : {}),
  });
  if (!response.ok) throw await problemOf(response);
  return response;
}

import createClient, { type Middleware } from 'openapi-fetch';
import { basePath } from './base';
import { problemOf, unreachable } from './problem';
import type { components, paths } from './schema';

/** The shapes of the API by name: `Schemas['Run']`. */
export type Schemas = components['schemas'];

/** The ref that the address of this page names; main if it names none. */
export const refOfAddress = (): string =>
  new URLSearchParams(window.location.search).get('ref') ?? 'main';

/** Says on every request which ref the page is on; a `ref` in the query goes before it. */
const onRef: Middleware = {
  onRequest({ request }) {
    request.headers.set('X-Phlo-Ref', refOfAddress());
    return request;
  },
};

/** The API, typed by its own description. */
export const api = createClient<paths>({
  baseUrl: `${window.location.origin}${basePath}`,
  querySerializer: { array: { style: 'form', explode: true } },
});
api.use(onRef);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Returns the data of an answer, or throws its `Problem`. */
export async function read<T>(asked: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await asked;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw unreachable();
  }
  if (answer.data !== undefined) return answer.data;
  if (answer.error !== undefined && answer.error !== null && answer.error !== '') {
    const text = typeof answer.error === 'string' ? answer.error : JSON.stringify(answer.error);
    throw await problemOf(new Response(text, { status: answer.response.status }));
  }
  throw await problemOf(new Response('', { status: answer.response.status }));
}

import type { components } from './schema';

type Body = components['schemas']['Problem'] & { conflicts?: { key: string; reason: string }[] };

/** What the API answered instead of what was asked for: what failed, and what to do next. */
export class Problem extends Error {
  readonly code: string;
  readonly fix: string;
  readonly status: number;
  /** The path that failed. */
  readonly instance: string;
  readonly conflicts: { key: string; reason: string }[];

  constructor(body: Pick<Body, 'detail' | 'code' | 'fix' | 'status'> & Partial<Body>) {
    super(body.detail);
    this.name = 'Problem';
    this.code = body.code;
    this.fix = body.fix;
    this.status = body.status;
    this.instance = body.instance ?? '';
    this.conflicts = body.conflicts ?? [];
  }

  /** Whether the same request may succeed a moment later. */
  get mayPass(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Returns the problem that the API could not be reached. */
export function unreachable(): Problem {
  return new Problem({
    status: 0,
    code: 'unreachable',
    detail: 'phlo does not answer',
    fix: 'look whether it runs: phlo services status; start it: phlo services start',
  });
}

/** Returns the problem in the body of a failed answer. */
export async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text();
  return problemFrom(text, response.status);
}

function problemFrom(text: string, status: number): Problem {
  try {
    const body = JSON.parse(text) as Partial<Body>;
    if (typeof body.detail === 'string' && typeof body.code === 'string') {
      return new Problem({ ...body, detail: body.detail, code: body.code, fix: body.fix ?? '', status });
    }
  } catch {
    // Not JSON: a proxy answered, or nobody.
  }
  return new Problem({
    status,
    code: 'http',
    detail: `the server answered ${status}`,
    fix: 'try again; if it stays, look at the log: phlo services status names it',
  });
}

/** Returns any failure as a problem. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const said = error instanceof Error ? error.message : String(error);
  return new Problem({ status: -1, code: 'page', detail: said, fix: 'load the page again' });
}

/** Asks the server; what never arrives is the problem that it does not answer. */
export async function ask(address: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(address, request);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw unreachable();
  }
}

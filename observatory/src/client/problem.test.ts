import { expect, it } from 'vitest';
import { asProblem, problemOf } from './problem';

it('an answer of the API keeps its code and fix', async () => {
  const body = { title: 'Not Found', status: 404, detail: 'no table x', code: 'table-not-found', fix: 'use y' };
  const problem = await problemOf(new Response(JSON.stringify(body), { status: 404 }));
  expect([problem.message, problem.code, problem.fix, problem.mayPass]).toEqual(['no table x', 'table-not-found', 'use y', false]);
});

it('an answer of something else is still explained', async () => {
  const problem = await problemOf(new Response('<html>', { status: 502 }));
  expect(problem.fix).not.toBe('');
  expect(problem.mayPass).toBe(true);
});

it('an error of the page is not blamed on the server', () => {
  expect(asProblem(new TypeError('x is undefined')).code).toBe('page');
});

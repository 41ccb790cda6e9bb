import { expect, it } from 'vitest';
import { parseSearch, stringifySearch } from './url-state';

it('the address holds plain text, and nothing for what is empty', () => {
  expect(stringifySearch({ ref: 'dev/x', sql: "select '1'", tab: undefined, q: '' })).toBe(
    '?ref=dev%2Fx&sql=select+%271%27',
  );
  expect(parseSearch('?ref=1&sql=a%20b')).toEqual({ ref: '1', sql: 'a b' });
});

import { expect, it } from 'vitest';
import { csv } from './csv';

it('quotes what must be quoted, and makes no formula of a name', () => {
  expect(csv(['a', 'b'], [['x,y', 'say "hi"'], ['=cmd()', -1], [null, '']])).toBe(
    'a,b\r\n"x,y","say ""hi"""\r\n\'=cmd(),-1\r\n,\r\n',
  );
});

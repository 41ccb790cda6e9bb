import { describe, expect, it } from 'vitest';
import { namesIn, quotedTable, statementAt, statementsOf } from './statements';

const sqls = (text: string) => statementsOf(text).map((statement) => statement.sql);

describe('statements', () => {
  it('end at semicolons, but not at those in text, names and comments', () => {
    expect(sqls(`select ';' as a; select "x;y" -- z;\n; /* ; */ select $$;$$`)).toEqual([
      `select ';' as a`,
      `select "x;y" -- z;`,
      `/* ; */ select $$;$$`,
    ]);
  });

  it('are more than blanks and comments', () => {
    expect(sqls(' ;; -- nothing\n ; ')).toEqual([]);
  });

  it('of an open string reach to the end', () => {
    expect(sqls("select 'a; b")).toEqual(["select 'a; b"]);
  });

  it('are found at the cursor, and behind their semicolon', () => {
    const text = 'select 1;\n\nselect 2;\n';
    expect(statementAt(text, 3)?.sql).toBe('select 1');
    expect(statementAt(text, 9)?.sql).toBe('select 1');
    expect(statementAt(text, 12)?.sql).toBe('select 2');
    expect(statementAt(text, text.length)?.sql).toBe('select 2');
    expect(statementAt('', 0)).toBeUndefined();
  });
});

it('tables are found by their dotted names and quoted where they must be', () => {
  expect(namesIn('from raw.Flights f join "My ns"."T" on f.id = 1')).toEqual(['raw.flights', 'my ns.t', 'f.id']);
  expect(quotedTable('raw.Flights')).toBe('raw."Flights"');
});

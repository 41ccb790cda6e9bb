import type { Schemas } from '../../client/api';
import { MAIN } from '../../shared/lake-ref';

const quoted = (name: string): string => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);

/** Returns the name of a table as SQL needs it. */
export const sqlName = (table: string): string => table.split('.').map(quoted).join('.');

/** Returns a query that shows some rows. */
export const selectSql = (table: string): string => `select *\nfrom ${sqlName(table)}\nlimit 100`;

/** A way to a table from somewhere else. */
export interface Snippet {
  title: string;
  hint: string;
  code: string;
}

/** Returns how a table is read from Python, a notebook, DuckDB, SQL and a shell. */
export function snippetsOf(table: Schemas['TableDetail'], ref: string, origin: string): Snippet[] {
  const at = ref === MAIN ? '' : `ref=${JSON.stringify(ref)}`;
  const name = sqlName(table.table);
  const column = table.columns[0]?.name ?? '*';
  const found: Snippet[] = [
    {
      title: 'Python',
      hint: 'In the folder of the project. The lake is pinned to one commit when it is opened.',
      code: `import phlo\n\nlake = phlo.connect(${at})\nframe = lake.table("${table.table}").to_polars()`,
    },
    {
      title: 'Notebook',
      hint: 'SQL over any table of the lake; the result is a Polars frame.',
      code: `import phlo\n\nlake = phlo.connect(${at})\nlake.sql("""\n    select ${column === '*' ? '*' : quoted(column)}, count(*) as n\n    from ${name}\n    group by all\n    order by n desc\n    limit 20\n""").to_polars()`,
    },
    {
      title: 'Shell',
      hint: 'The whole table as a Parquet file, from this server.',
      code: `curl -s ${origin}/api/trino/query/parquet \\\n  -H 'content-type: application/json' \\\n  -d '${JSON.stringify({ sql: `select * from ${name}`, ref })}' \\\n  -o ${table.name}.parquet`,
    },
  ];
  const duckdb =
    table.namespace === 'marts' && ref === MAIN
      ? {
          hint: 'Published marts are a plain DuckDB file: any tool opens it read-only while phlo replaces it.',
          code: `duckdb -readonly .phlo/marts.duckdb "from ${quoted(table.name)} limit 10"`,
        }
      : {
          hint: 'A relation of DuckDB: filter it, join it, write it somewhere; nothing is read before you ask.',
          code: `import phlo\n\nlake = phlo.connect(${at})\nrelation = lake.session.sql("from ${name.replaceAll('"', '\\"')}")\nrelation.limit(10).show()`,
        };
  found.splice(2, 0, { title: 'DuckDB', ...duckdb });
  return found;
}

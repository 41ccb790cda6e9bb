import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { keywordCompletionSource, PostgreSQL } from '@codemirror/lang-sql';
import { namesIn, quoted, quotedTable } from '../api/statements';

/** What a ref has, to complete with. */
export interface Catalog {
  tables: readonly { table: string; namespace: string; name: string; kind: string }[];
  columns: (table: string) => Promise<readonly { name: string; type: string }[]>;
}

const FUNCTIONS = [
  'count', 'sum', 'avg', 'min', 'max', 'median', 'quantile_cont', 'approx_count_distinct', 'stddev',
  'date_trunc', 'date_part', 'strftime', 'coalesce', 'round', 'row_number', 'rank', 'lag', 'lead',
];

const keywords = keywordCompletionSource(PostgreSQL);

/** Completes keywords, where no name is being spelled out. */
export const completeKeywords = (context: CompletionContext) =>
  context.matchBefore(/\.\s*["\w]*$/) ? null : keywords(context);

/** Completes tables and namespaces of the ref, and the columns of the tables the text names. */
export function completeSql(catalog: () => Catalog) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const word = context.matchBefore(/["\w]+(?:\.["\w]*)*\.?/);
    if (!word && !context.explicit) return null;
    const text = word?.text ?? '';
    const from = word?.from ?? context.pos;
    const { tables, columns } = catalog();
    const dot = text.lastIndexOf('.');
    const before = dot < 0 ? '' : text.slice(0, dot).replaceAll('"', '').toLowerCase();
    const named = namesIn(context.state.doc.toString()).filter((name) =>
      tables.some((each) => each.table.toLowerCase() === name),
    );
    if (before) {
      const inNamespace = tables.filter((each) => each.namespace.toLowerCase() === before);
      if (inNamespace.length > 0) {
        const options = inNamespace.map((each) => ({ label: quoted(each.name), detail: each.kind }));
        return { from: from + dot + 1, options, validFor: /^["\w]*$/ };
      }
    }
    const lists = await Promise.all(named.map((name) => columnsOf(tables, columns, name)));
    const options = [...lists.flat()];
    if (!before) {
      options.push(
        ...tables.map((each) => ({ label: quotedTable(each.table), detail: each.kind, boost: -1 })),
        ...FUNCTIONS.map((label) => ({ label, detail: 'function', boost: -3 })),
      );
    }
    if (options.length === 0) return null;
    const unique = [...new Map(options.map((option) => [option.label, option])).values()];
    return { from: before ? from + dot + 1 : from, options: unique, validFor: /^["\w]*$/ };
  };
}

async function columnsOf(
  tables: Catalog['tables'],
  columns: Catalog['columns'],
  name: string,
): Promise<Completion[]> {
  const table = tables.find((each) => each.table.toLowerCase() === name);
  if (!table) return [];
  try {
    const found = await columns(table.table);
    return found.map((column) => ({ label: quoted(column.name), detail: column.type, boost: 2 }));
  } catch {
    return [];
  }
}

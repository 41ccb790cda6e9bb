/** A statement in a text, from its first character to behind its last. */
export interface Statement {
  sql: string;
  from: number;
  to: number;
}

// A string, a quoted name, a dollar-quoted string, a comment to the end of line or between marks.
const OPAQUE = /'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|\$(\w*)\$[^]*?(?:\$\1\$|$)|--[^\n]*|\/\*[^]*?(?:\*\/|$)/y;

/** Splits a text at the semicolons that end statements; blanks and comments alone are none. */
export function statementsOf(text: string): Statement[] {
  const found: Statement[] = [];
  let from = 0;
  let code = false;
  const close = (to: number) => {
    if (code) found.push(trimmed(text, from, to));
    code = false;
  };
  for (let at = 0; at < text.length; ) {
    OPAQUE.lastIndex = at;
    const skipped = OPAQUE.exec(text)?.[0];
    if (skipped) {
      code ||= !/^(--|\/\*)/.test(skipped);
      at += skipped.length;
    } else {
      if (text[at] === ';') {
        close(at);
        from = at + 1;
      } else if (text[at]?.trim()) {
        code = true;
      }
      at += 1;
    }
  }
  close(text.length);
  return found;
}

function trimmed(text: string, from: number, to: number): Statement {
  const piece = text.slice(from, to);
  const start = from + (piece.length - piece.trimStart().length);
  const end = to - (piece.length - piece.trimEnd().length);
  return { sql: text.slice(start, end), from: start, to: end };
}

/** Returns the statement a cursor is in or right behind; the nearest before it otherwise. */
export function statementAt(text: string, cursor: number): Statement | undefined {
  const all = statementsOf(text);
  return all.findLast((statement) => statement.from <= cursor) ?? all[0];
}

/** Returns the tables a text may name: every dotted pair of plain or quoted words. */
export function namesIn(text: string): string[] {
  const pairs = text.matchAll(/("[^"]+"|\w+)\s*\.\s*("[^"]+"|\w+)/g);
  const plain = (word = '') => word.replaceAll('"', '').toLowerCase();
  return [...new Set([...pairs].map((pair) => `${plain(pair[1])}.${plain(pair[2])}`))];
}

/** Quotes a name where SQL needs it. */
export const quoted = (name: string): string =>
  /^[a-z_]\w*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;

/** Quotes the parts of a dotted table name where SQL needs it. */
export const quotedTable = (table: string): string => table.split('.').map(quoted).join('.');

import { describe, expect, it } from 'vitest';
import { snippetsOf, sqlName } from './snippets';

const table = {
  table: 'raw.flights', namespace: 'raw', name: 'flights', kind: 'table' as const, rows: 1, bytes: 1, files: 1, snapshot_id: '1',
  schema_hash: '', ref: 'main', commit: '', uuid: null, location: null, metadata_location: null, format_version: 2,
  columns: [{ name: 'Late By', type: 'long', required: false, doc: '', field_id: 1 }], partition_by: [], sort_by: [],
  current_schema_id: 0, snapshots: 1, updated_at: null, sql: null, comment: '', asset: null,
};

describe('how a table is read from elsewhere', () => {
  it('quotes names that SQL would not take', () => {
    expect(sqlName('raw.flights')).toBe('raw.flights');
    expect(sqlName('raw.Late flights')).toBe('raw."Late flights"');
    expect(snippetsOf(table, 'main', '').find(({ title }) => title === 'Notebook')?.code).toContain('select "Late By", count(*)');
  });
  it('names the branch where it is not main', () => {
    const code = (ref: string) => snippetsOf(table, ref, '').find(({ title }) => title === 'Python')?.code;
    expect(code('main')).toContain('phlo.connect()');
    expect(code('dev/x')).toContain('phlo.connect(ref="dev/x")');
  });
  it('sends marts of main to their DuckDB file, and all else to the lake', () => {
    const duck = (namespace: string, ref: string) =>
      snippetsOf({ ...table, namespace }, ref, '').find(({ title }) => title === 'DuckDB')?.code;
    expect(duck('marts', 'main')).toContain('.phlo/marts.duckdb');
    expect(duck('marts', 'dev/x')).toContain('session.sql');
    expect(duck('raw', 'main')).toContain('session.sql');
  });
});

import { expect, it } from 'vitest';
import { treeRows, type Table } from './tree';

const table = (name: string): Table => ({
  table: name,
  namespace: name.split('.')[0] ?? '',
  name: name.split('.')[1] ?? '',
  kind: 'table',
  rows: 1,
  bytes: 1,
  files: 1,
  snapshot_id: null,
  schema_hash: '',
});
const tables = ['marts.b', 'raw.a', 'raw.flights'].map(table);

it('namespaces stand in the order of the data, closed ones hold nothing', () => {
  expect(treeRows(tables, '', new Set(['raw']), new Map()).map((row) => row.id)).toEqual([
    'raw', 'raw.a', 'raw.flights', 'marts',
  ]);
});

it('a filter opens what it finds', () => {
  expect(treeRows(tables, 'FLI', new Set(), new Map()).map((row) => row.id)).toEqual(['raw', 'raw.flights']);
});

it('an open table shows its columns, or that they are on their way', () => {
  const open = new Set(['raw', 'raw.a']);
  expect(treeRows(tables, '', open, new Map())[2]?.kind).toBe('note');
  const columns = new Map([['raw.a', [{ name: 'id', type: 'long' }]]]);
  expect(treeRows(tables, '', open, columns)[2]).toMatchObject({ kind: 'column', name: 'id' });
});

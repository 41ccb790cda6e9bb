import { expect, it } from 'vitest';
import { kindOf, typeName, valueText } from './value';

it('types of Arrow, Iceberg and DuckDB have one kind', () => {
  expect(['Int64', 'long', 'BIGINT'].map(kindOf)).toEqual(['integer', 'integer', 'integer']);
  expect(['Float64', 'decimal(9,2)', 'double'].map(kindOf)).toEqual(['number', 'number', 'number']);
  expect(['Timestamp<MICROSECOND, UTC>', 'timestamptz', 'date'].map(kindOf)).toEqual(['time', 'time', 'time']);
  expect(['List<Int64>', 'struct<a: int>', 'INTEGER[]'].map(kindOf)).toEqual(['nested', 'nested', 'nested']);
  expect(['Utf8', 'string', 'Dictionary<Int32, Utf8>'].map(kindOf)).toEqual(['text', 'text', 'text']);
});

it('names of types are short', () => {
  expect(typeName('timestamp[us, tz=UTC]')).toBe('timestamptz');
  expect(typeName('List<Int64>')).toBe('list');
});

it('values are shown whole', () => {
  expect(valueText(9007199254740993n)).toBe('9007199254740993');
  expect(valueText(null)).toBe('null');
  expect(valueText({ a: 1n, b: [null] })).toBe('{"a":"1","b":[null]}');
  expect(valueText(new Uint8Array([1, 255]))).toBe('0x01ff');
});

import { describe, expect, it } from 'vitest';
import { allowed, linesFor, schemaOf } from './json-schema';

const root = {
  type: 'object',
  properties: {
    catalog: { type: 'string', enum: ['log'] },
    query: { type: 'object', properties: { workers: { type: 'integer', minimum: 1, maximum: 8 } } },
    hosts: { type: 'array', items: { type: 'string' } },
  },
};

describe('a setting', () => {
  it('is described by its schema, however deep it lies', () => {
    expect(allowed(schemaOf(root, 'query.workers'))).toBe('integer, at least 1, at most 8');
    expect(allowed(schemaOf(root, 'catalog'))).toBe('one of log');
    expect(allowed(schemaOf(root, 'hosts'))).toBe('array of string');
    expect(schemaOf(root, 'query.absent.deeper')).toBeNull();
    expect(schemaOf(null, 'x')).toBeNull();
  });
  it('is written as its file has it', () => {
    expect(linesFor('phlo.yaml', 'retention.runs_days', 90)).toBe('retention:\n  runs_days: 90');
    expect(linesFor('lakehouse.toml', 'query.workers', 2)).toBe('[query]\nworkers = 2');
    expect(linesFor('phlo.yaml', 'name', 'flights')).toBe('name: "flights"');
  });
});

/** The parts of a JSON schema that a setting is described by. */
export interface Schema {
  type?: string | string[];
  title?: string;
  description?: string;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  pattern?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: boolean | Schema;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the schema of a setting: `engine.memory_mb` lies below `engine`. */
export function schemaOf(root: unknown, name: string): Schema | null {
  let found: unknown = root;
  for (const part of name.split('.')) {
    const properties: unknown = isRecord(found) ? found['properties'] : undefined;
    found = isRecord(properties) ? properties[part] : undefined;
  }
  return isRecord(found) ? (found as Schema) : null;
}

/** Says what a setting may be: "integer, at least 1", "one of log, git". */
export function allowed(schema: Schema | null): string {
  if (!schema) return '';
  if (schema.enum) return `one of ${schema.enum.map(String).join(', ')}`;
  const type = Array.isArray(schema.type) ? schema.type.join(' or ') : (schema.type ?? '');
  const items = type === 'array' && schema.items ? ` of ${allowed(schema.items)}` : '';
  const bounds = [
    schema.minimum === undefined ? '' : `at least ${schema.minimum}`,
    schema.maximum === undefined ? '' : `at most ${schema.maximum}`,
    schema.pattern === undefined ? '' : `like ${schema.pattern}`,
  ];
  return [type + items, ...bounds].filter(Boolean).join(', ');
}

/** Returns the lines that set a setting in its file. */
export function linesFor(file: string, name: string, value: unknown): string {
  const parts = name.split('.');
  const last = parts.at(-1) ?? name;
  const text = JSON.stringify(value ?? '');
  if (file.endsWith('.toml')) {
    const section = parts.slice(0, -1).join('.');
    return section ? `[${section}]\n${last} = ${text}` : `${last} = ${text}`;
  }
  return parts
    .map((part, depth) => `${'  '.repeat(depth)}${part}:${depth === parts.length - 1 ? ` ${text}` : ''}`)
    .join('\n');
}

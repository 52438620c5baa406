/** Writes the API's schemas as TypeScript, so that no page can read a field the API does not have. */
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';

const source = new URL('../../src/main/openapi/openapi.yaml', import.meta.url);
const target = new URL('../src/data/api.ts', import.meta.url);

const { schemas } = parse(readFileSync(source, 'utf8')).components;

function typeOf(schema) {
  if (schema.$ref) {
    return schema.$ref.split('/').at(-1);
  }
  if (schema.oneOf) {
    return schema.oneOf.map(typeOf).join(' | ');
  }
  if (schema.allOf) {
    return schema.allOf.map(typeOf).join(' & ');
  }
  if (schema.const !== undefined) {
    return JSON.stringify(schema.const);
  }
  if (schema.enum) {
    return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  }
  return [schema.type].flat().map((type) => named(type, schema)).join(' | ');
}

function named(type, schema) {
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
      return type;
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return `readonly (${typeOf(schema.items)})[]`;
    case 'object':
      return schema.properties ? objectOf(schema) : 'Readonly<Record<string, unknown>>';
    default:
      throw new Error(`a schema of the API has the type ${type}, which this script does not know`);
  }
}

function objectOf(schema) {
  const required = new Set(schema.required);
  const members = Object.entries(schema.properties).map(
    ([name, property]) => `readonly ${name}${required.has(name) ? '' : '?'}: ${typeOf(property)};`,
  );
  return `{ ${members.join(' ')} }`;
}

const types = Object.entries(schemas).map(([name, schema]) => `export type ${name} = ${typeOf(schema)};`);
writeFileSync(target, `// Written by scripts/api-types.mjs from openapi.yaml.\n${types.join('\n')}\n`);

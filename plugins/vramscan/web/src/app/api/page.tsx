import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ApiPage, type Operation } from '../../views/api.tsx';

export const metadata = { title: 'API' };

interface Parameter {
  readonly $ref?: string;
  readonly name?: string;
  readonly in?: string;
  readonly description?: string;
  readonly example?: unknown;
}

interface Described {
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: { readonly $ref?: string } }>> }>>;
}

export default function Page() {
  const file = join(process.cwd(), '../src/main/openapi/openapi.yaml');
  const { info, paths, components } = parse(readFileSync(file, 'utf8'));
  const operations = Object.entries(paths as Record<string, { readonly get: Described }>).map(([path, { get }]): Operation => {
    const parameters = (get.parameters ?? []).map((parameter) =>
      parameter.$ref ? (components.parameters[parameter.$ref.split('/').at(-1) ?? ''] as Parameter) : parameter,
    );
    return {
      path,
      summary: get.summary,
      description: get.description ?? '',
      parameters: parameters.map((parameter) => ({
        name: parameter.name ?? '',
        place: parameter.in ?? '',
        description: parameter.description ?? '',
      })),
      answer: Object.values(get.responses['200']?.content ?? {})[0]?.schema?.$ref?.split('/').at(-1) ?? '',
    };
  });
  return <ApiPage about={info.description} operations={operations} />;
}

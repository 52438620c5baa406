/** The repository's documents, rendered while the site is built. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import MarkdownIt from 'markdown-it';

/** Next builds in the folder of this package. */
const FOLDER = join(process.cwd(), '../../../distribution/docs');

export const DOCUMENTS = [
  { name: 'manual', title: 'Manual' },
  { name: 'plugin-guide', title: 'Plugin guide' },
  { name: 'abort-codes', title: 'Abort codes' },
  { name: 'benchmarks', title: 'Benchmarks' },
  { name: 'CHANGELOG', title: 'Changes' },
] as const;

export interface Document {
  readonly html: string;
  readonly sections: readonly { readonly id: string; readonly title: string }[];
}

export function read(name: string): Document {
  const markdown = new MarkdownIt({ html: false, linkify: false });
  // Pictures of these very pages are for who reads the repository.
  markdown.renderer.rules.image = () => '';
  const environment = {};
  const tokens = markdown.parse(readFileSync(join(FOLDER, `${name}.md`), 'utf8'), environment);
  const sections: { id: string; title: string }[] = [];
  tokens.forEach((token, i) => {
    if (token.type === 'heading_open') {
      const title = tokens[i + 1]?.content ?? '';
      token.attrSet('id', anchor(title));
      if (token.tag === 'h2') {
        sections.push({ id: anchor(title), title: title.replaceAll('`', '') });
      }
    }
    token.children?.forEach((child) => {
      const target = child.type === 'link_open' ? child.attrGet('href') : null;
      if (target !== null) {
        child.attrSet('href', siteAddress(String(target)));
      }
    });
  });
  return {
    html: markdown.renderer
      .render(tokens, markdown.options, environment)
      .replaceAll('<table>', '<div class="table" tabindex="0"><table>')
      .replaceAll('</table>', '</table></div>')
      .replaceAll('<pre>', '<pre tabindex="0">'),
    sections,
  };
}

/** The anchor that GitHub gives a heading, since the documents link to those. */
function anchor(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}

/** A document of this site keeps its link; what the site does not hold is named by its place in the repository. */
function siteAddress(target: string): string {
  const [path = '', fragment] = target.split('#');
  const document = DOCUMENTS.find(({ name }) => `${name}.md` === path);
  return document ? `/docs/${document.name}/${fragment ? `#${fragment}` : ''}` : target;
}

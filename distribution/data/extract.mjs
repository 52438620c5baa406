// Writes the records of the two packages as text files: node extract.mjs <folder of the packages> <target folder>
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [packages, target] = process.argv.slice(2);

/** Reads every record of a package and writes it under its own name. */
function extract(name, folder, accepts, title) {
  const source = join(packages, name, 'data');
  mkdirSync(join(target, folder), { recursive: true });
  const files = readdirSync(source).filter(accepts).sort();
  if (files.length === 0) {
    throw new Error(`no records in ${source}`);
  }
  for (const file of files) {
    const record = JSON.parse(readFileSync(join(source, file), 'utf8'));
    const text = `${title(record)}\n\n${record.text.trim()}\n`;
    writeFileSync(join(target, folder, file.replace(/\.json$/, '.txt')), text);
  }
}

extract(
  'datasets-sotu',
  'sotu',
  (file) => /^\d{4}_.*\.json$/.test(file),
  (address) => `${address.name}, ${address.year}`,
);
extract(
  'datasets-moby-dick',
  'moby-dick',
  (file) => file.endsWith('.json') && file !== 'file_list.json',
  (chapter) => chapter.title,
);

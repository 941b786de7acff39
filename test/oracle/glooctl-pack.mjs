/**
 * `node test/oracle/glooctl-pack.mjs DIR`: packs recordings of real glooctl, a folder of `<version>/<case>`, into
 * glooctl-cases.json.br: each document once, and the cases by number. The recordings are facts; nothing here changes
 * them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';

const [root] = process.argv.slice(2);
const documents = [];
const numbers = new Map();

function documentsOf(path) {
  return readFileSync(path, 'utf8')
    .split(/^---\n/m)
    .map((text) => {
      if (!numbers.has(text)) numbers.set(text, documents.push(text) - 1);
      return numbers.get(text);
    });
}

const cases = JSON.parse(readFileSync(`${root}/index.json`, 'utf8')).map(({ path }) => {
  const folder = `${root}/${path}`;
  const { command, exitCode, notes, context } = JSON.parse(readFileSync(`${folder}/case.json`, 'utf8'));
  return {
    id: path,
    command: command.slice(2),
    exitCode,
    notes,
    before: documentsOf(`${folder}/before.yaml`),
    after: documentsOf(`${folder}/after.yaml`),
    context: context ? documentsOf(`${root}/${path.split('/')[0]}/${context}`) : [],
  };
});
const text = JSON.stringify({ documents, cases });
const params = { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: text.length };
writeFileSync(new URL('glooctl-cases.json.br', import.meta.url), brotliCompressSync(text, { params }));
console.log(`${cases.length} cases, ${documents.length} documents`);

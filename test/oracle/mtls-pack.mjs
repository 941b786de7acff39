/**
 * `node test/oracle/mtls-pack.mjs DIR`: packs recorded answers of Istio's and Gloo's code, a folder with `istio` and
 * `translator`, into mtls-cases.json.br: each case and each different answer once. The recordings are facts; nothing
 * here changes them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants, gunzipSync } from 'node:zlib';

const [root] = process.argv.slice(2);
const lines = (text) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Cases and, for each release, the number of each case's answer. */
function pack(folder, releases) {
  const answers = [];
  const numbers = new Map();
  const cases = lines(readFileSync(`${root}/${folder}/cases.jsonl`, 'utf8'));
  const byRelease = {};
  for (const [release, file] of releases) {
    const found = new Map(
      lines(gunzipSync(readFileSync(`${root}/${folder}/${file}`)).toString()).map(({ id, ...answer }) => [id, answer]),
    );
    byRelease[release] = cases.map(({ id }) => {
      const text = JSON.stringify(found.get(id));
      if (!numbers.has(text)) numbers.set(text, answers.push(found.get(id)) - 1);
      return numbers.get(text);
    });
  }
  return { cases, answers, releases: byRelease };
}

/** Releases with the same answers share a file. */
function classesOf(folder) {
  const { classes } = JSON.parse(readFileSync(`${root}/${folder}/classes.json`, 'utf8'));
  return classes.flatMap(({ answers, same }) => same.map((release) => [release, answers]));
}

const asked = ['1.5.0', '1.5.20', '1.8.0', '1.16.22', '1.17.0-beta20', '1.17.0', '1.20.0', '1.22.1'];
const text = JSON.stringify({
  peerauthentication: pack('istio/peerauthentication', classesOf('istio/peerauthentication')),
  authorization: pack('istio/authorization', classesOf('istio/authorization')),
  translator: pack(
    'translator',
    asked.map((release) => [release, `releases/${release}.jsonl.gz`]),
  ),
});
const params = { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: text.length };
const packed = brotliCompressSync(text, { params });
writeFileSync(new URL('mtls-cases.json.br', import.meta.url), packed);
console.log(`${packed.length} bytes`);

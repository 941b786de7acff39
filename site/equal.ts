/** Compares the answers of the page's worker in a real browser with the command's output, byte by byte. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { run } from '../src/cli/run.ts';
import { holdsManifests } from '../src/helm/kinds/recognise.ts';
import type { MtlsCheck } from '../src/istio/check/types.ts';
import type { Problem } from '../src/problem.ts';
import { mtlsFormatters } from '../src/report/mtls.ts';
import { renderGatewayProxies } from '../src/verbs/render.ts';
import { validateValues } from '../src/verbs/validate.ts';
import { memoryIo } from '../test/support/memory-io.ts';
import { drawWorld, randomNumbers } from '../test/support/mtls-worlds.ts';
import { exampleCodes, readExample } from '../test/support/rule-examples.ts';
import type { Drawing, Input, Judged } from './src/answers.ts';

interface Case extends Input {
  readonly name: string;
}

const nothingElse = { world: '', istioVersion: '', isComplete: false };

/** The examples, and the passing and failing example of each rule. */
function cases(): Case[] {
  const examples = readdirSync('examples').flatMap((name): Case[] => {
    const path = `examples/${name}/values.yaml`;
    try {
      const release = /--chart-version (\S+)/.exec(readFileSync(`examples/${name}/command`, 'utf8'))?.[1] ?? '';
      return [{ name, text: readFileSync(path, 'utf8'), chartVersion: release, ...nothingElse }];
    } catch {
      return [];
    }
  });
  const inputs = readdirSync('examples/inputs')
    .filter((name) => /\.(?:ya?ml|json)$/.test(name))
    .map((name) => ({
      name,
      text: readFileSync(`examples/inputs/${name}`, 'utf8'),
      chartVersion: '',
      ...nothingElse,
    }));
  const rules = exampleCodes().flatMap((code) => {
    const { fails, passes } = readExample(code);
    return [fails, passes].map(({ values, release }) => ({
      name: code,
      text: values,
      chartVersion: release,
      ...nothingElse,
    }));
  });
  return [...examples, ...inputs, ...rules];
}

/** Values and a mesh from the guide, and random worlds from the recorded cases of Gloo's translator and Istio. */
function worlds(): Case[] {
  const guide = {
    name: 'the guide',
    text: readFileSync('examples/check/values.yaml', 'utf8'),
    world: readFileSync('examples/check/mesh.yaml', 'utf8'),
  };
  const random = randomNumbers(19);
  const values = cases();
  const drawn = Array.from({ length: 200 }, () => drawWorld(random)).flatMap((world, index): Case[] => {
    if (world === undefined) return [];
    const { about: name, glooVersion: chartVersion, istioVersion } = world;
    const texts = world.objects.map((object) => (typeof object === 'string' ? object : JSON.stringify(object)));
    const isProxy = (text: string): boolean => holdsManifests({ name, text });
    const mesh = texts.filter((text) => !isProxy(text)).join('\n---\n');
    const proxies = texts.filter(isProxy).join('\n---\n');
    const other = values[index % values.length];
    return [
      { name, text: proxies, chartVersion, world: mesh, istioVersion, isComplete: index % 4 > 0 },
      ...(other === undefined ? [] : [{ ...other, world: mesh, istioVersion }]),
    ];
  });
  return [
    { ...guide, chartVersion: '1.18.5', istioVersion: '1.22.3', isComplete: true },
    { ...nothingElse, ...guide, chartVersion: '' },
    ...drawn,
  ];
}

/** The command's output for files of these names. */
async function printed(argv: readonly string[], files: Readonly<Record<string, string>>): Promise<string> {
  const io = { ...memoryIo({ files }), width: 100 };
  await run(argv, io);
  return io.printed.stdout;
}

type Asked = readonly [name: string, ...given: unknown[]];

/** Asks a new worker of the page, one question at a time. */
function answersOf(page: Page, path: string, asked: readonly Asked[]): Promise<unknown[]> {
  return page.evaluate(
    async ({ path, asked }) => {
      const program = `import ${JSON.stringify(path)};`;
      const url = URL.createObjectURL(new Blob([program], { type: 'text/javascript' }));
      const made = new Worker(url, { type: 'module' });
      const results: unknown[] = [];
      for (const [id, [name, ...given]] of asked.entries()) {
        const answer = new Promise<{ result?: unknown; failure?: string }>((resolve) => {
          made.onmessage = ({ data }) => resolve(data);
        });
        made.postMessage({ id, name, given });
        const { result, failure } = await answer;
        results.push(failure ?? result);
      }
      made.terminate();
      return results;
    },
    { path, asked },
  );
}

/** The same bytes, problems and verdicts as the command's. */
export async function equalToTheCommand(page: Page, worker: string): Promise<void> {
  await rendersAlike(page, worker);
  await comparesAlike(page, worker);
  await checksAlike(page, worker);
}

async function rendersAlike(page: Page, worker: string): Promise<void> {
  const all = cases();
  const answers = await answersOf(
    page,
    worker,
    all.flatMap((input): Asked[] => [
      ['draw', input],
      ['judge', input],
    ]),
  );
  let objects = 0;
  for (const [index, { name, text, chartVersion }] of all.entries()) {
    const request = { values: [{ name: 'input', text }], ...(chartVersion === '' ? {} : { chartVersion }) };
    const expected = renderGatewayProxies(request);
    // The worker's answers to these questions.
    const [drawing, judged] = answers.slice(2 * index, 2 * index + 2) as [Drawing | undefined, Judged];
    const texts = (list: readonly { readonly text: string }[]): string[] => list.map((one) => one.text);
    assert.deepEqual(texts(judged.objects), texts(expected.manifests), name);
    // What is rendered first must stay, unless it is rejected.
    if (expected.manifests.length > 0 && drawing !== undefined) assert.deepEqual(drawing.objects, judged.objects, name);
    const codes = (problems: readonly Problem[]): string[] => problems.map(({ code, message }) => `${code} ${message}`);
    assert.deepEqual(codes(judged.problems), codes(validateValues(request).problems), name);
    objects += expected.manifests.length;
  }
  console.log(`equal to the command: ${all.length} inputs, ${objects} objects byte by byte, and every problem`);
}

/** What another release would change, compared with `glistio diff`. */
async function comparesAlike(page: Page, worker: string): Promise<void> {
  const pairs = cases()
    .filter(({ chartVersion }) => chartVersion !== '')
    .flatMap((input, index) => (index % 5 === 0 ? [[input, '1.22.1'] as const] : []));
  const answers = await answersOf(
    page,
    worker,
    pairs.map(([input, other]): Asked => ['compare', input, other]),
  );
  let equal = 0;
  for (const [index, [{ name, text, chartVersion }, other]] of pairs.entries()) {
    const sides = [chartVersion, other].map((release) => `values:input@${release}`);
    const expected = await printed(['diff', ...sides], { input: text });
    const answer = String(answers[index]);
    // A failed comparison has a different message.
    if (expected === '') continue;
    if (/ changes nothing in these objects/.test(answer)) assert.match(expected, /^No differences/, name);
    else assert.equal(answer, expected, name);
    equal++;
  }
  assert.ok(equal > pairs.length / 2);
  console.log(
    `another release: ${equal} of ${pairs.length} comparisons as glistio diff prints them, the others have no two sides`,
  );
}

/** Whether mTLS will work, compared with `glistio check`. */
async function checksAlike(page: Page, worker: string): Promise<void> {
  const all = worlds();
  const answers = await answersOf(
    page,
    worker,
    all.map((input): Asked => ['check', input]),
  );
  const verdicts: Record<string, number> = {};
  for (const [index, { name, text, world, chartVersion, istioVersion, isComplete }] of all.entries()) {
    const options = [
      ...(chartVersion === '' ? [] : ['--chart-version', chartVersion]),
      ...(istioVersion === '' ? [] : ['--istio-version', istioVersion]),
      ...(isComplete ? ['--complete'] : []),
    ];
    const files = { mesh: world, input: text };
    for (const format of ['text', 'json'] as const) {
      const answer = mtlsFormatters[format](answers[index] as MtlsCheck).exact;
      assert.equal(answer, await printed(['check', 'mesh', 'input', '-o', format, ...options], files), name);
    }
    for (const { verdict } of (answers[index] as MtlsCheck).rows) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
  }
  for (const verdict of ['works', 'refused', 'plain-text', 'unknown']) assert.ok(verdicts[verdict], verdict);
  console.log(`check: ${all.length} worlds byte by byte, ${JSON.stringify(verdicts)}`);
}

import { isDeepStrictEqual } from 'node:util';
import { load } from 'js-yaml';
import { renderGatewayProxies, validateValues } from '../../../src/index.ts';
import { glistio } from '../command.ts';
import type { Draw } from '../draw.ts';
import { fault, type Kind, timed } from '../kind.ts';
import { anyBytes, anyName, mutated } from '../material/strings.ts';
import { anyRelease, chartValues, exampleTexts } from '../material/values.ts';
import { anyData, asText } from '../material/yaml.ts';

interface Input {
  readonly texts: readonly string[];
  readonly release: string;
  readonly namespace: string;
}

function valuesText(draw: Draw): string {
  return draw.one(
    () => asText(draw, chartValues(draw)),
    () => asText(draw, chartValues(draw)),
    () => mutated(draw, asText(draw, chartValues(draw))),
    () => mutated(draw, draw.pick(exampleTexts)),
    () => asText(draw, anyData(draw)),
    () => mutated(draw, '', 30),
    () => anyBytes(draw),
  );
}

/** Values texts, rendered and validated. */
export const kind: Kind<Input> = {
  name: 'values',
  inputs: 120,
  make: (draw) => ({
    texts: [valuesText(draw), ...(draw.oneIn(4) ? [valuesText(draw)] : [])],
    release: anyRelease(draw),
    namespace: draw.oneIn(4) ? anyName(draw) : 'gloo-system',
  }),
  async check({ texts, release, namespace }) {
    const files = Object.fromEntries(texts.map((text, index) => [`v${index}.yaml`, text]));
    const request = ['--chart-version', release, `--namespace=${namespace}`];
    const rendered = await glistio(['render', ...Object.keys(files).flatMap((name) => ['-f', name]), ...request], {
      files,
    });
    const validated = await glistio(['validate', ...Object.keys(files), ...request, '--lint'], { files });
    if (rendered.status === 1 && rendered.stdout !== '') fault('broken values render something', rendered.stdout);
    // An error that a comment ignores was reported.
    const isIgnored = texts.some((text) => text.includes('glistio-ignore'));
    if (rendered.status === 1 && validated.status !== 1 && !isIgnored)
      fault('validate passes what render refuses', rendered.stderr);
    await checkLibrary({ texts, release, namespace });
  },
  show: ({ texts, release, namespace }) =>
    [`release ${release}, namespace ${JSON.stringify(namespace)}`, ...texts].join('\n---------- values:\n'),
};

/** Runs the library twice, and parses each output with a second reader. */
export async function checkLibrary({ texts, release, namespace }: Input): Promise<void> {
  const options = { values: texts, chartVersion: release, namespace };
  const { manifests, problems } = await timed(() => renderGatewayProxies(options));
  if (!isDeepStrictEqual(validateValues(options), validateValues(options))) fault('validating twice gives two results');
  const again = renderGatewayProxies(options);
  if (!isDeepStrictEqual(again.problems, problems)) fault('rendering twice gives two lists of problems');
  for (const [index, { text, object, kind: wanted, name }] of manifests.entries()) {
    if (again.manifests[index]?.text !== text) fault('rendering twice gives two texts', text);
    const read: unknown = load(text, { maxDepth: 10_000 });
    if (!isDeepStrictEqual(asPlain(read), asPlain(object))) fault('two readers read two objects', text);
    const { kind: own, metadata } = object as { kind?: unknown; metadata?: { name?: unknown } };
    if (own !== wanted) fault('an object is of another kind than was said', text);
    if (typeof metadata?.name !== 'string' && name !== '') fault('an object has no name', text);
  }
}

/** Removes meaningless differences between readers: number types and prototypes. */
function asPlain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? Number(item) : item)));
}

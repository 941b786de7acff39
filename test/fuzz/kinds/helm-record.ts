import { gzipSync } from 'node:zlib';
import { renderGatewayProxies } from '../../../src/index.ts';
import { glistio } from '../command.ts';
import type { Draw } from '../draw.ts';
import type { Kind } from '../kind.ts';
import { anyName, anyString, mutated } from '../material/strings.ts';
import { anyRelease, chartValues } from '../material/values.ts';
import { anyData, asText, disturbed, type Json } from '../material/yaml.ts';

interface Input {
  readonly record: string;
  readonly args: readonly string[];
}

const manifest = renderGatewayProxies({ chartVersion: '1.17.0' })
  .manifests.map(({ text }) => `---\n${text}`)
  .join('');

function release(draw: Draw): Json {
  return {
    name: anyName(draw),
    namespace: anyName(draw),
    version: draw.pick<Json>([1, 3, -1, '1', null]),
    info: { status: draw.pick(['deployed', 'superseded', 'failed', anyString(draw)]) },
    chart: { metadata: { name: 'gloo', version: draw.oneIn(5) ? anyString(draw) : anyRelease(draw) } },
    config: draw.oneIn(4) ? anyData(draw) : chartValues(draw),
    manifest: draw.oneIn(3) ? mutated(draw, manifest) : manifest,
  };
}

function encoded(draw: Draw, json: string): string {
  let bytes = Buffer.from(json);
  if (draw.oneIn(2)) bytes = gzipSync(bytes);
  if (draw.oneIn(6)) bytes = bytes.subarray(0, draw.below(bytes.length + 1));
  if (draw.oneIn(6) && bytes.length > 0) bytes[draw.below(bytes.length)] = draw.below(256);
  const layers = draw.pick([1, 2, 2, 0, 3]);
  let text = layers === 0 ? bytes.toString('utf8') : bytes.toString('base64');
  for (let layer = 1; layer < layers; layer++) text = Buffer.from(text).toString('base64');
  return draw.oneIn(8) ? mutated(draw, text, 2) : text;
}

function wrapped(draw: Draw, text: string): string {
  const object = {
    apiVersion: 'v1',
    kind: draw.pick(['Secret', 'ConfigMap']),
    type: 'helm.sh/release.v1',
    metadata: { name: 'sh.helm.release.v1.gloo.v1', labels: { owner: 'helm' } },
    data: { release: text },
  };
  return draw.one(
    () => text,
    () => JSON.stringify(object),
    () => asText(draw, disturbed(draw, object, 2)),
    () => asText(draw, { apiVersion: 'v1', kind: 'List', items: [object, disturbed(draw, object)] }),
  );
}

const commands = [
  ['diff', '--installed', 'in', 'manifest.yaml'],
  ['render', '--from-release', '--installed', 'in'],
  ['diff', '--installed', '-', 'values:v.yaml@1.17.0'],
  ['diff', 'in', 'manifest.yaml', '-o', 'json'],
];

/** Helm release records, encoded and damaged in every way. */
export const kind: Kind<Input> = {
  name: 'helm-record',
  inputs: 80,
  make: (draw) => ({
    record: wrapped(draw, encoded(draw, mutated(draw, JSON.stringify(disturbed(draw, release(draw))), 1))),
    args: draw.pick(commands),
  }),
  async check({ record, args }) {
    await glistio(args, { files: { in: record, 'manifest.yaml': manifest, 'v.yaml': 'global: {}\n' }, stdin: record });
  },
  show: ({ record, args }) => `glistio ${args.join(' ')}\n${record}`,
};

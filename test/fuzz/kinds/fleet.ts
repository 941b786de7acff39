import { glistio } from '../command.ts';
import type { Draw } from '../draw.ts';
import { fault, type Kind } from '../kind.ts';
import { anyName, anyString, mutated } from '../material/strings.ts';
import { anyRelease, chartValues, exampleTexts } from '../material/values.ts';
import { anyData, asText, disturbed, type Json } from '../material/yaml.ts';

interface Input {
  readonly text: string;
  readonly args: readonly string[];
}

function layer(draw: Draw): { [key: string]: Json } {
  const all: { [key: string]: () => Json } = {
    chartVersion: () => (draw.oneIn(6) ? anyString(draw) : anyRelease(draw)),
    values: () =>
      draw.one<Json>(
        () => 'a.yaml',
        () => chartValues(draw),
        () => ['a.yaml', chartValues(draw), anyString(draw)],
      ),
    set: () =>
      draw.one<Json>(
        () => 'a=1',
        () => [`global.image.tag=${anyString(draw)}`],
      ),
    setJson: () => `a=${JSON.stringify(anyData(draw))}`,
    setFile: () => 'a=a.yaml',
    namespace: () => anyName(draw),
    releaseName: () => anyName(draw),
  };
  return Object.fromEntries(draw.list(3, () => draw.pick(Object.keys(all))).map((key) => [key, all[key]?.() ?? null]));
}

function fleet(draw: Draw): string {
  const cluster = (): Json => ({
    name: anyName(draw),
    ...(draw.oneIn(3) ? { group: anyName(draw) } : {}),
    ...layer(draw),
  });
  const whole = {
    ...layer(draw),
    ...(draw.oneIn(2) ? { groups: { a: layer(draw), default: layer(draw) } } : {}),
    clusters: [cluster(), ...draw.list(4, cluster)],
  };
  return draw.one(
    () => asText(draw, disturbed(draw, whole)),
    () => mutated(draw, asText(draw, whole)),
    () => draw.list(5, () => JSON.stringify(disturbed(draw, cluster()))).join('\n'),
    () => mutated(draw, draw.list(5, () => JSON.stringify(cluster())).join('\n')),
    () => mutated(draw, asText(draw, anyData(draw))),
  );
}

/** Fleet files, as YAML and as JSON lines. */
export const kind: Kind<Input> = {
  name: 'fleet',
  inputs: 60,
  make: (draw) => ({
    text: fleet(draw),
    args: [
      draw.pick(['render', 'validate']),
      '--fleet',
      '-',
      ...(draw.oneIn(4) ? [`--shard=${draw.pick(['0/2', '1/2', anyString(draw)])}`] : []),
    ],
  }),
  async check({ text, args }) {
    const options = { stdin: text, files: { 'a.yaml': exampleTexts[0] ?? '' } };
    const once = await glistio(args, options);
    const again = await glistio(args, options);
    if (once.stdout !== again.stdout || once.status !== again.status) fault('the same fleet twice gives two results');
  },
  show: ({ text, args }) => `glistio ${args.join(' ')}\n${text}`,
};

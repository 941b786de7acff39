import { glistio } from '../command.ts';
import type { Draw } from '../draw.ts';
import { fault, type Kind } from '../kind.ts';
import { anyString, mutated, stretched } from '../material/strings.ts';
import { anyRelease } from '../material/values.ts';
import { anyData } from '../material/yaml.ts';

interface Input {
  readonly args: readonly string[];
  readonly release: string;
}

const paths = [
  ...[
    'global.istioSDS.enabled',
    'gatewayProxies.gatewayProxy.podTemplate.httpPort',
    'global.image.tag',
    'a',
    'a[0].b',
    'a[1][2]',
  ],
  ...[
    'gatewayProxies.gatewayProxy.podTemplate.runAsUser',
    'gatewayProxies.edge.kind.deployment.replicas',
    '__proto__.x',
    'a\\.b',
  ],
  ...[
    'gatewayProxies.gatewayProxy.podTemplate.extraAnnotations',
    'global.istioSDS.customSidecars[0].name',
    'a[65537]',
    '',
  ],
];
const flags = ['--set', '--set-string', '--set-json', '--set-literal', '--set-file'];

function argument(draw: Draw): string {
  const text = `${draw.pick(paths)}=${draw.one(
    () => draw.pick(['1', 'true', 'null', 'x', '{a,b}', '{}', '[]']),
    () => anyString(draw),
    () => stretched(draw),
    () => JSON.stringify(anyData(draw)),
    () => `{${draw.list(5, () => anyString(draw)).join(',')}}`,
  )}`;
  const many = draw.oneIn(12)
    ? Array(draw.below(4000))
        .fill(text.slice(0, 20))
        .join(draw.pick([',', '.', '[', '{']))
    : text;
  return `${draw.pick(flags)}=${draw.oneIn(3) ? mutated(draw, many) : many}`;
}

/** `--set` options of all kinds. */
export const kind: Kind<Input> = {
  name: 'set',
  inputs: 180,
  make: (draw) => ({ args: [argument(draw), ...draw.list(3, () => argument(draw))], release: anyRelease(draw) }),
  async check({ args, release }) {
    const files = { x: 'a text\n', 'a.yaml': 'b: c\n' };
    const rest = ['--chart-version', release, ...args];
    const rendered = await glistio(['render', ...rest], { files });
    const validated = await glistio(['validate', '-o', 'json', ...rest], { files });
    if (rendered.status === 1 && validated.status !== 1) fault('validate passes what render refuses', rendered.stderr);
    if (rendered.stdout !== (await glistio(['render', ...rest], { files })).stdout)
      fault('rendering twice gives two texts');
  },
  show: ({ args, release }) => [`release ${release}`, ...args].join('\n'),
};

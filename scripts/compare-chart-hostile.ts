/**
 * Values that a cluster accepts, with one to three hostile ones among them, for values that are printed. The rest is
 * valid, so that one fault does not hide another.
 */
import { includes } from '../src/chart/range.ts';
import { releaseIndex } from '../src/chart/releases.ts';
import type { ValueType } from '../src/schema/values-model.ts';
import { isMap, type Value, type ValueMap } from '../src/value.ts';
import { completeProxy, fragments } from './compare-chart-fragments.ts';
import { fieldsUnder, generator, pick, type Random, type RandomCase } from './compare-chart-values.ts';

/** What a value becomes, depending on the original or not. */
const hostile: readonly ((word: string) => Value)[] = [
  ...['"123"', "'123'", '"a b"', "'it''s'", '"', "'", '" ', "' #", '"a" b', ' # why', '#', '# x', 'a #b', 'a# b'].map(
    (text) => (): Value => text,
  ),
  ...['~', 'null', 'Null', ' ', '', '  x  ', 'x ', '\u00a0', 'x\u00a0y', '\tx', 'x\t', 'a\nb', 'a\n', '\na'].map(
    (text) => (): Value => text,
  ),
  ...[
    '&a',
    '&a x',
    '*a',
    '!!str 1',
    '!x y',
    '@x',
    '`x`',
    '%x',
    '|',
    '>',
    '|-\n x',
    '? a',
    '- a',
    '-',
    '--',
    '---',
    ':',
    'a:',
    'a: b',
    ':a',
  ].map((text) => (): Value => text),
  ...[
    '[a]',
    '[a',
    '{a: b}',
    '{a',
    '[]',
    '{}',
    ', a',
    'a, b',
    '<<',
    '=',
    '<no value>',
    '%!s(<nil>)',
    '{{ x }}',
    '$X',
  ].map((text) => (): Value => text),
  ...[
    'true',
    'yes',
    'n',
    'off',
    '0',
    '1',
    '007',
    '0x1F',
    '0b1',
    '0o7',
    '1e3',
    '1.10',
    '.5',
    '1_000',
    '.inf',
    '.nan',
    '12:30',
    '2001-01-01',
    '+1',
    '-0',
  ].map((text) => (): Value => text),
  ...[
    'z\n\nq\n\n',
    'a\n  b\n',
    ' a\nb',
    'x\n# y',
    'x # y\nz',
    'ü✓',
    '😀',
    'a\u2028b',
    '9007199254740993',
    '0.10',
    '!',
    '"x',
    "x'",
  ].map((text) => (): Value => text),
  ...[0, 1, -1, 80, 0.5, 1e-7, -0.25, 1e6, 1234567, 1e21, 123456789012, 2 ** 53 + 2, true, false, null].map(
    (value) => (): Value => value,
  ),
  ...[[], {}, ['x'], [1, null], { a: 'b' }, { a: null }, [{ a: 1 }], [[]]].map(
    (value) => () => structuredClone<Value>(value),
  ),
  ...[
    (word: string): Value => `"${word}"`,
    (word: string): Value => `'${word}'`,
    (word: string): Value => `${word} # why`,
    (word: string): Value => ` ${word} `,
    (word: string): Value => `"${word}" # why`,
    (word: string): Value => `&a ${word}`,
    (word: string): Value => `!!str ${word}`,
    (word: string): Value => `${word}:`,
    (word: string): Value => `${word}\n`,
  ],
];

/** The proxies beside the hostile values. */
const bases: readonly ValueMap[] = [
  {},
  {},
  { global: { istioSDS: { enabled: true } } },
  { global: { istioSDS: { enabled: true }, glooMtls: { enabled: true } }, settings: { enableRestEds: true } },
  { global: { glooMtls: { enabled: true } }, accessLogger: { enabled: true } },
  { gatewayProxies: { gatewayProxy: { kubeResourceOverride: { metadata: { annotations: { own: 'x' } } } } } },
  {
    gatewayProxies: {
      gatewayProxy: { configMap: { kubeResourceOverride: { metadata: { labels: { own: 'x' } } } }, readConfig: true },
    },
  },
  { gatewayProxies: { gatewayProxy: { kind: { deployment: null, daemonSet: { hostPort: true } } } } },
  { gatewayProxies: { second: completeProxy } },
  { global: { istioIntegration: { enableIstioSidecarOnGateway: true }, glooStats: { enabled: true } } },
  { settings: { aws: { enableServiceAccountCredentials: true } }, global: { wasm: { enabled: true } } },
  {
    gatewayProxies: {
      gatewayProxy: {
        podTemplate: { probes: true, gracefulShutdown: { enabled: true, sleepTimeSeconds: 5 } },
        envoyOverloadManager: { enabled: true, refreshInterval: '2s' },
      },
    },
  },
];

/** Overrides of several proxies, one of which is disabled. */
const several: ValueMap = {
  gatewayProxies: {
    gatewayProxy: {
      kubeResourceOverride: { spec: { template: { spec: { priorityClassName: 'high' } } } },
      configMap: { kubeResourceOverride: { metadata: { annotations: { own: 'x' } } } },
    },
    between: {
      ...completeProxy,
      kubeResourceOverride: { metadata: { labels: { a: 'b' } } },
    },
    zz: { ...completeProxy, disabled: true },
  },
};

/** The values that the proxies' templates read; the last one is a custom proxy. */
const areas: readonly (readonly string[])[] = [
  ...[['global'], ['global', 'image'], ['global', 'glooMtls'], ['global', 'istioIntegration'], ['global', 'istioSDS']],
  ...[['global', 'glooStats'], ['gateway'], ['settings'], ['settings', 'aws'], ['accessLogger'], ['k8s']],
  ...[
    ['gloo', 'deployment'],
    ['global', 'podSecurityStandards'],
    ['global', 'wasm'],
  ],
  ...Array.from({ length: 20 }, () => ['gatewayProxies', 'gatewayProxy']),
];

export function hostileCases(seed: number, count: number, release: string): RandomCase[] {
  const random = generator(seed);
  return Array.from({ length: count }, (_, index) => {
    const values = structuredClone(pick(random, [...bases, several, several])) as Record<string, Value>;
    // Sometimes a separate layer, after one that may set something else.
    const layer: Record<string, Value> = random() < 0.25 ? {} : values;
    for (let left = 1 + Math.floor(random() * 3); left > 0; left--)
      spoil(random() < 0.5 ? layer : values, random, release);
    const set = layer === values ? [] : [...settingsOf(layer)];
    const isSet = set.length > 0 && !set.includes(undefined) && random() < 0.5;
    const files = layer === values || isSet ? [values] : [values, layer];
    return {
      id: `hostile-${seed}-${index}`,
      // A line separator is escaped, since most YAML readers do not treat it as a line break.
      files: files.map((file) => JSON.stringify(file, undefined, 1).replaceAll('\u2028', '\\u2028')),
      set: isSet ? set.filter((setting) => setting !== undefined) : [],
      release: pick(random, ['gloo', 'gloo', 'edge']),
      namespace: pick(random, ['gloo-system', 'edge-gateways']),
    };
  });
}

/**
 * The values in the notation of `--set`, which parses numbers and words itself; undefined for what it cannot express.
 */
function* settingsOf(values: ValueMap, path = ''): Generator<string | undefined> {
  for (const [key, value] of Object.entries(values)) {
    const at = path === '' ? key : `${path}.${key}`;
    if (!/^\w+$/.test(key)) yield undefined;
    else if (isMap(value) && Object.keys(value).length > 0) yield* settingsOf(value, at);
    else if (typeof value === 'object' || /[,{}[\]\\=\n]/.test(String(value))) yield undefined;
    else yield `${at}=${String(value)}`;
  }
}

function spoil(values: Record<string, Value>, random: Random, release: string): void {
  const area = pick(random, areas);
  let fields = fieldsUnder(area);
  let map = values;
  for (const key of area) map = into(map, key);
  const isSecond = area[0] === 'gatewayProxies' && random() < 0.1 && isMap(values['gatewayProxies']);
  if (isSecond) map = into(values['gatewayProxies'] as Record<string, Value>, 'second');
  for (;;) {
    const known = [...fields].filter(([, all]) =>
      all.some(({ releases }) => includes(releases, releaseIndex(release))),
    );
    if (known.length === 0) return;
    const [key, alternatives] = pick(random, known);
    if (key.endsWith('Helper')) return;
    const field = alternatives.find(({ releases }) => includes(releases, releaseIndex(release)));
    const type = field?.type;
    if (type?.kind === 'object' && random() < 0.9) {
      map = into(map, key);
      fields = type.fields;
      continue;
    }
    map[key] = spoilt(key, map[key] ?? null, type, random);
    return;
  }
}

/** Blocks keep their form, and one of their scalars is corrupted; single values are replaced. */
function spoilt(key: string, now: Value, type: ValueType | undefined, random: Random): Value {
  const fragment = fragments[key];
  const usual: Value = Array.isArray(fragment) ? pick(random, fragment as readonly Value[]) : now;
  const chance = random();
  if (type?.kind === 'scalar' || chance < 0.25)
    return pick(random, hostile)(typeof usual === 'object' ? 'word' : String(usual));
  if (chance < 0.5) return structuredClone(usual);
  return within(structuredClone(usual), random);
}

function within(value: Value, random: Random): Value {
  if (Array.isArray(value) && value.length > 0) {
    const at = Math.floor(random() * value.length);
    return value.map((item: Value, index) => (index === at ? within(item, random) : item));
  }
  if (isMap(value) && Object.keys(value).length > 0) {
    const key = pick(random, Object.keys(value));
    const spoiltKey =
      random() < 0.2 ? pick(random, ['"q"', 'n', '1', 'a b', ' ', '~', 'a #b', 'x'.repeat(1100), '', 'é']) : key;
    return { ...value, [spoiltKey]: within(value[key] ?? null, random) };
  }
  return pick(random, hostile)(typeof value === 'object' ? 'word' : String(value));
}

function into(map: Record<string, Value>, key: string): Record<string, Value> {
  if (!isMap(map[key])) map[key] = {};
  return map[key] as Record<string, Value>;
}

/**
 * The values of other generators as people and tools write them: in every style of YAML, with anchors, aliases and merge keys,
 * numbers at the bounds of Helm's types, dates and tags, in several files that override each other, also with null, and
 * with `--set`.
 */
import { isList, isMap, type Value, type ValueMap } from '../src/value.ts';
import { hostileCases } from './compare-chart-hostile.ts';
import { generator, pick, type Random, type RandomCase, randomCases } from './compare-chart-values.ts';

/** Scalars as they stand in a file. */
const raw: readonly string[] = [
  ...[
    '2024-01-01',
    '2001-12-14t21:59:43.10-05:00',
    '12:30:45',
    '1:20',
    '!!binary aGk=',
    '!!str 5',
    '!!int "5"',
    '!!float 1',
  ],
  ...[
    '!!null ""',
    '!!bool "yes"',
    '!own x',
    '! x',
    '!!set {a}',
    '!!timestamp 2001-01-01',
    '0o17',
    '017',
    '08',
    '0x1F',
    '0b11',
  ],
  ...[
    '1_000',
    '1e400',
    '-1e400',
    '.inf',
    '-.Inf',
    '.nan',
    '.5',
    '5.',
    '1e3',
    '1E+3',
    '+1',
    '-0',
    '-0.0',
    '0.1e1',
    '+.5',
  ],
  ...['9007199254740993', '9223372036854775807', '9223372036854775808', '-9223372036854775809', '18446744073709551616'],
  ...[
    '123456789.123456789',
    '0.000001',
    '1e-7',
    '~',
    '',
    'Null',
    'nUll',
    'True',
    'TRUE',
    'tRue',
    'On',
    'y',
    'N',
    '=',
    '<<',
    '"<<"',
  ],
  ...[
    '"a\\u2028b"',
    '"\\x41\\u00e9\\U0001F600"',
    "'it''s'",
    '"a\\\n  b"',
    '"a\n\n  b"',
    'a\n  b',
    '|\n  x\n',
    '>-\n  a\n  b\n',
    '|+\n  x\n\n',
  ],
  ...[
    'ключ',
    '"ü\\t✓"',
    '?',
    '-',
    ':',
    'a:b',
    'a#b',
    'a #b',
    '"a" # c',
    '%x',
    'x%',
    '@x',
    '[a, "b", 5]',
    '{a: 1, "b": [~]}',
    '[]',
    '{}',
  ],
];

const gateway = 'gatewayProxies.gatewayProxy';

/** Settings on the command line, from which types and keys follow that no file has. */
const settings: readonly string[] = [
  ...[
    'a\\.b/c=1',
    'a\\.b\\.c=true',
    'ключ=ü',
    'a=null',
    'a=',
    'a=1e3',
    'a=007',
    'a=9223372036854775807',
    'a=x\\,y',
    'a={b,c}',
  ].map((text) => `${gateway}.podTemplate.extraAnnotations.${text}`),
  ...[
    'tolerations[0].key=x',
    'tolerations[1].operator=Exists',
    'tolerations={}',
    'tolerations=null',
    'nodeSelector.a=true',
  ].map((text) => `${gateway}.podTemplate.${text}`),
  ...[
    'kind.deployment=null',
    'kind.deployment.replicas=9007199254740993',
    'extraEnvoyArgs={--a,2}',
    'customStaticLayer.a\\.b=1',
  ].map((text) => `${gateway}.${text}`),
  ...[
    'global.image.tag=1.10',
    'global.image=null',
    'global.istioSDS.enabled=true,global.istioSDS.enabled=false',
    'x.y[2]=z',
  ],
];

export function yamlCases(seed: number, count: number, release: string): RandomCase[] {
  const random = generator(seed);
  const made = [...hostileCases(seed, count, release), ...randomCases(seed, Math.ceil(count / 3), release)];
  return made.slice(0, count + Math.ceil(count / 3)).map((one, index) => {
    const files = one.files.map((text) => JSON.parse(text) as Value);
    const over = files.map((file) => (random() < 0.3 ? overriding(file, random, true) : undefined));
    const all = [...files, ...over.filter((file) => file !== undefined)];
    return {
      ...one,
      id: `yaml-${seed}-${index}`,
      files: all.map((file) => written(file, random)),
      set: random() < 0.25 ? [pick(random, settings), ...(random() < 0.3 ? [pick(random, settings)] : [])] : one.set,
    };
  });
}

/** Some of the same keys with other values, or with null. */
function overriding(value: Value, random: Random, isTop = false): Value {
  if (!isMap(value)) return random() < 0.5 ? null : isList(value) ? [] : value;
  const kept = Object.entries(value).filter(() => random() < 0.6);
  return Object.fromEntries(
    kept.map(([key, one]) => [key, !isTop && random() < 0.15 ? null : overriding(one, random)]),
  );
}

/** Maps that an alias can repeat, by the name of their anchor. */
type Anchors = Map<string, ValueMap>;

export function written(value: Value, random: Random): string {
  const text = block(value, '', random, new Map());
  return `${random() < 0.1 ? '--- # values\n' : ''}${text.replace(/^\n/, '')}${random() < 0.1 ? '...\n' : ''}`;
}

/** What follows a key or a dash: a scalar with its blank in front, or lines. */
function block(value: Value, indent: string, random: Random, anchors: Anchors): string {
  if (isMap(value) && Object.keys(value).length > 0 && random() > 0.12) return blockMap(value, indent, random, anchors);
  if (isList(value) && value.length > 0 && random() > 0.2)
    return `\n${value.map((item) => `${indent}-${block(item, `${indent}  `, random, anchors)}`).join('')}`;
  return ` ${flow(value, random, indent)}\n`;
}

function blockMap(value: ValueMap, indent: string, random: Random, anchors: Anchors): string {
  const [twin] = [...anchors].find(([, one]) => JSON.stringify(one) === JSON.stringify(value)) ?? [];
  if (twin !== undefined && indent !== '' && random() < 0.7) return ` *${twin}\n`;
  const name = indent !== '' && random() < 0.12 ? `a${anchors.size}` : undefined;
  const merged = anchors.size > 0 && random() < 0.06 ? `${indent}<<: *${pick(random, [...anchors.keys()])}\n` : '';
  const lines = Object.entries(value).map(
    ([key, one]) =>
      `${indent}${keyOf(key, random)}:${block(one, `${indent}${random() < 0.8 ? '  ' : '   '}`, random, anchors)}`,
  );
  if (name !== undefined) anchors.set(name, value);
  return `${name === undefined ? '' : ` &${name}`}\n${merged}${lines.join('')}`;
}

function keyOf(key: string, random: Random): string {
  return /^[A-Za-z][\w./-]*$/.test(key) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(key) && random() < 0.85
    ? key
    : JSON.stringify(key);
}

function flow(value: Value, random: Random, indent: string): string {
  if (isList(value)) return `[${value.map((item) => flow(item, random, '')).join(', ')}]`;
  if (isMap(value))
    return `{${Object.entries(value)
      .map(([key, one]) => `${JSON.stringify(key)}: ${flow(one, random, '')}`)
      .join(', ')}}`;
  if (random() < 0.04 && indent !== '') return pick(random, raw).replaceAll('\n', `\n${indent}`);
  return typeof value === 'string' ? text(value, random, indent) : plain(value, random);
}

function plain(value: Value, random: Random): string {
  if (value === null) return pick(random, ['null', '~', 'Null', 'NULL']);
  if (typeof value === 'boolean')
    return pick(random, value ? ['true', 'True', 'TRUE', 'yes', 'on'] : ['false', 'False', 'no', 'off']);
  const isWhole = typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 1e9;
  if (!isWhole) return String(value);
  return pick(random, [
    String(value),
    String(value),
    `+${value}`,
    `0x${value.toString(16)}`,
    `0o${value.toString(8)}`,
    `${value}.0`,
  ]);
}

/** A string in one of the styles that can hold it. */
function text(value: string, random: Random, indent: string): string {
  const isTame = value !== '' && !/[^\n -~\u00a0-\u024f]/.test(value) && !/^[ \n]|[ \n]$|\n /.test(value);
  const styles: (() => string)[] = [() => JSON.stringify(value)];
  if (!value.includes('\n') && isTame) styles.push(() => `'${value.replaceAll("'", "''")}'`);
  if (isTame && indent !== '') {
    styles.push(() => `|-\n${indent}${value.replaceAll('\n', `\n${indent}`)}`);
    if (!value.includes('\n')) styles.push(() => `>-\n${indent}${value.replace(/(\w) (\w)/, `$1\n${indent}$2`)}`);
  }
  if (/^[A-Za-z/][\w./-]*$/.test(value)) styles.push(() => value);
  return pick(random, styles)();
}

import { nasty } from '../../property/arbitraries.ts';
import type { Draw } from '../draw.ts';

/** Plain strings first: smaller inputs get plainer strings. */
const words = [
  'a',
  'x',
  '1',
  'true',
  'istio-proxy',
  'gloo-system',
  'gateway-proxy',
  'docker.io/istio/proxyv2:1.20.1',
  '~',
];
/** Strings that a terminal, a log, YAML, Helm, a shell or a request may misinterpret. */
const dangerous = [
  ...[
    '\u001b[2J',
    '\u009b31m',
    '\r',
    '\u0007',
    '\u202e',
    '\ufeff',
    '\u0000',
    '\u0085',
    '\u2028',
    '\ud800',
    '__proto__',
  ],
  ...[
    '../../etc/passwd',
    '@host:8080/x',
    'a\nb',
    '{{ .Values }}',
    '$(x)',
    '%s%n',
    '<script>',
    'constructor',
    'toString',
  ],
];

/** Any string: a word, something hostile, something very long, or a mixture. */
export function anyString(draw: Draw): string {
  return draw.one(
    () => draw.pick(words),
    () => draw.pick(words),
    () => draw.pick(nasty),
    () => draw.pick(dangerous),
    () => String.fromCodePoint(...draw.list(8, () => draw.below(draw.oneIn(3) ? 0x10ffff : 0x7f))),
    () => `${draw.pick(words)}${draw.pick(nasty)}${draw.pick(dangerous)}`,
    () => stretched(draw),
  );
}

/** A long repetition with a different end: the worst case for backtracking regular expressions. */
export function stretched(draw: Draw): string {
  const part = draw.pick(['1', 'a', ' ', ',', '-eyJ', '[', '\t', '"', '.', 'a=', '\n', '\\']);
  return part.repeat(draw.below(draw.oneIn(2) ? 30_000 : 60)) + draw.pick(['', 'x', '!']);
}

/** Usually a valid Kubernetes name. */
export function anyName(draw: Draw): string {
  return draw.oneIn(8) ? anyString(draw) : draw.pick(['a', 'gloo', 'gateway-proxy', 'prod-eu-1', 'default']);
}

const tokens = [
  ...[
    ': ',
    ':\n',
    '\n',
    '  ',
    '- ',
    '-',
    '{',
    '}',
    '[',
    ']',
    ', ',
    '"',
    "'",
    '|\n',
    '>-\n',
    '&a ',
    '*a',
    '<<: *a',
    '!!int ',
    '!!binary ',
  ],
  ...[
    '? ',
    '# ',
    '---\n',
    '--- ',
    '...\n',
    '%YAML 1.1\n',
    '\t',
    '\\',
    '=',
    '~',
    '0x1F',
    '1e400',
    '.inf',
    'null',
    '\r\n',
    '\u00e9',
    '# glistio-ignore\n',
  ],
  ...['\ufeff', '\u0000', '\ud83d', '\u0085', '\u2028', '\u001b'],
];

/** A mutated text: parts removed, duplicated and moved, and tokens of its grammar inserted. */
export function mutated(draw: Draw, text: string, most = 6): string {
  let result = text;
  for (let count = draw.below(most + 1); count > 0; count--) {
    const at = draw.below(result.length + 1);
    const end = Math.min(result.length, at + draw.below(draw.oneIn(3) ? 400 : 12));
    const [before, part, after] = [result.slice(0, at), result.slice(at, end), result.slice(end)];
    result = draw.one(
      () => before + draw.pick(tokens) + part + after,
      () => before + after,
      () => before + part + part + after,
      () => before + draw.pick(tokens) + after,
      () => before + after.slice(0, draw.below(after.length + 1)) + part + after,
      () => before + anyString(draw) + part + after,
      () => before + draw.pick(tokens).repeat(draw.below(3000)) + part + after,
      () => before,
      () => lineMoved(draw, result),
    );
  }
  return result;
}

function lineMoved(draw: Draw, text: string): string {
  const lines = text.split('\n');
  const [line = ''] = lines.splice(draw.below(lines.length), 1);
  lines.splice(draw.below(lines.length + 1), 0, ' '.repeat(draw.below(5)) + (draw.oneIn(2) ? line.trimStart() : line));
  return lines.join('\n');
}

/** Arbitrary bytes, decoded to text. */
export function anyBytes(draw: Draw): string {
  return Buffer.from(draw.list(200, () => draw.below(256))).toString('utf8');
}

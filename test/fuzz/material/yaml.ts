import type { Draw } from '../draw.ts';
import { anyString } from './strings.ts';

/** Anything that JSON can express. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const numbers = [0, 1, -1, 8080, 65_536, 1.5, 1e6, 1e21, 2 ** 53 + 2, -0, 1e-7, 0.1];

/** Arbitrary data, smaller the deeper it is. */
export function anyData(draw: Draw, depth = 3): Json {
  return draw.one<Json>(
    () => draw.pick(['a', 'x', '', 'true', '1']),
    () => draw.pick(numbers),
    () => draw.pick([null, true, false]),
    () => anyString(draw),
    () => (depth === 0 ? [] : draw.list(4, () => anyData(draw, depth - 1))),
    () =>
      depth === 0 ? {} : Object.fromEntries(draw.list(4, () => [anyString(draw), anyData(draw, depth - 1)] as const)),
    () => nested(draw),
  );
}

function nested(draw: Draw): Json {
  let value: Json = 'a';
  for (let levels = draw.below(draw.oneIn(4) ? 600 : 5); levels > 0; levels--)
    value = draw.oneIn(2) ? { a: value } : [value];
  return value;
}

/** Data as YAML with a random style for each part: block or flow, three kinds of quotes, anchors, tags and comments. */
function styled(draw: Draw, value: Json, indent = ''): string {
  if (typeof value !== 'object' || value === null) return scalar(draw, value, indent);
  if (draw.oneIn(4) || Object.keys(value).length === 0) return flow(draw, value);
  const inner = `${indent}${' '.repeat(1 + draw.below(4))}`;
  const mark = draw.oneIn(12)
    ? ` &${draw.pick(['a', 'b'])}`
    : draw.oneIn(20)
      ? draw.pick([' !!map', ' !!seq', ' !x'])
      : '';
  const lines = Array.isArray(value)
    ? value.map((item) => `${inner}-${spaced(styled(draw, item, `${inner} `))}${comment(draw)}`)
    : Object.entries(value).map(
        ([key, item]) =>
          `${inner}${scalar(draw, key, inner, true)}:${spaced(styled(draw, item, inner))}${comment(draw)}`,
      );
  return `${mark}\n${lines.join('\n')}`;
}

function spaced(text: string): string {
  return text.startsWith('\n') || text.startsWith(' ') ? text : ` ${text}`;
}

function comment(draw: Draw): string {
  return draw.oneIn(10) ? draw.pick([' # a', ' # glistio-ignore', '\n# b', '\n']) : '';
}

function scalar(draw: Draw, value: null | boolean | number | string, indent: string, isKey = false): string {
  if (draw.oneIn(30))
    return draw.pick(['*a', '~', 'yes', '0o17', '012', '.nan', '1_000', '12:30:00', '2020-01-01', '!!str 1', '<<']);
  if (typeof value !== 'string') return String(value);
  const isPlain = /^[A-Za-z][\w./-]*$/.test(value);
  return draw.one(
    () => (isPlain ? value : JSON.stringify(value)),
    () => JSON.stringify(value),
    () => (/[\n\r\0]/.test(value) ? JSON.stringify(value) : `'${value.replaceAll("'", "''")}'`),
    () =>
      isKey || /[\r\0]/.test(value)
        ? JSON.stringify(value)
        : `|-\n${value
            .split('\n')
            .map((line) => `${indent}  ${line}`)
            .join('\n')}`,
    () => value,
  );
}

function flow(draw: Draw, value: Json): string {
  if (typeof value !== 'object' || value === null) return scalar(draw, value, '', true);
  const gap = draw.pick(['', ' ', '\n   ']);
  if (Array.isArray(value)) return `[${gap}${value.map((item) => flow(draw, item)).join(`,${gap || ' '}`)}${gap}]`;
  const entries = Object.entries(value).map(([key, item]) => `${scalar(draw, key, '', true)}: ${flow(draw, item)}`);
  return `{${gap}${entries.join(`,${gap || ' '}`)}${gap}}`;
}

/** Data as text: JSON, or YAML in a random style. */
export function asText(draw: Draw, value: Json): string {
  return draw.one(
    () => `${styled(draw, value).replace(/^\n/, '')}\n`,
    () => `${JSON.stringify(value, null, 2)}\n`,
    () => JSON.stringify(value),
  );
}

/** Data with some parts replaced, removed or duplicated. */
export function disturbed(draw: Draw, value: Json, most = 3): Json {
  const copy = structuredClone(value);
  for (let count = draw.below(most + 1); count > 0; count--) disturbOne(draw, copy);
  return copy;
}

function disturbOne(draw: Draw, top: Json): void {
  let at = top;
  for (;;) {
    if (typeof at !== 'object' || at === null) return;
    const keys = Object.keys(at);
    if (keys.length === 0) return;
    const key = draw.pick(keys);
    // Objects and lists are indexed alike.
    const holder = at as { [key: string]: Json };
    const inner = holder[key] as Json;
    const isDeeper = typeof inner === 'object' && inner !== null && Object.keys(inner).length > 0;
    if (isDeeper && !draw.oneIn(5)) {
      at = inner;
      continue;
    }
    if (Array.isArray(at)) {
      if (draw.oneIn(3)) at.splice(Number(key), 1);
      else if (draw.oneIn(2)) at.push(structuredClone(inner));
      else at[Number(key)] = anyData(draw);
    } else {
      const change = draw.below(8);
      if (change < 5) holder[key] = anyData(draw);
      else if (change < 7) delete holder[key];
      else
        Object.defineProperty(holder, anyString(draw), {
          value: inner,
          enumerable: true,
          configurable: true,
          writable: true,
        });
    }
    return;
  }
}

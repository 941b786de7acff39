/** The output of `glistio explain` as text. */
import type { ExplainedFeature, ExplainedPart, LineCause } from '../explain/map.ts';
import type { ExplainedValue } from '../explain/value.ts';
import { joined, lines, type Printable, shown } from '../printable.ts';
import { explanationText } from '../schema/explain-text.ts';
import { jsonText } from '../value.ts';
import { counted, shorten } from '../words.ts';

/** The most parts of a value that are listed; `-o json` has them all. */
const mostParts = 40;

/** Everything about values, and what they affect. */
export function valuesText(
  values: readonly ExplainedValue[],
  features: readonly ExplainedFeature[],
  release: string,
): Printable {
  const [only, ...others] = values;
  if (only !== undefined && others.length === 0) return valueText(only, features, release);
  return joined(
    values.map(
      (value) => shown`${value.path} = ${valueOf(value)}\n    ${originText(value)}\n    ${effectText(value)}\n`,
    ),
  );
}

function valueText(value: ExplainedValue, features: readonly ExplainedFeature[], release: string): Printable {
  const listed = value.parts.slice(0, mostParts);
  const more = value.parts.length - listed.length;
  return joined([
    lines(explanationText(value, release)),
    shown`\n  ${value.path} = ${valueOf(value)}\n    ${originText(value)}\n`,
    ...value.layers.slice(0, -1).map((given) => shown`    over ${placeOf(given)}\n`),
    shown`\n  ${effectText(value)}${value.effect === 'some' ? ':' : ''}\n`,
    ...listed.map((part) => shown`    ${partText(part)}\n`),
    ...(more > 0 ? [shown`    … and ${counted(more, 'part')} more\n`] : []),
    ...(features.length === 0
      ? []
      : [shown`\n  features of the release that affect these parts:\n`, ...features.map(featureText)]),
  ]);
}

/** The range of releases of a feature is long if it was backported to many lines. */
function featureText({ what, releases, inRelease, name }: ExplainedFeature): Printable {
  return shown`    ${what} [${name}: ${inRelease ? '' : 'not this one, but '}${releases}]\n`;
}

function valueOf({ value }: ExplainedValue): string {
  return value === undefined ? '(nothing)' : shorten(jsonText(value), 80);
}

function originText({ from, layers, inheritedFrom, default: usual }: ExplainedValue): string {
  const inherited = inheritedFrom === undefined ? '' : `inherited from ${inheritedFrom}, `;
  const last = layers.at(-1);
  if (last !== undefined) {
    const other = usual === undefined ? '' : `; the default is ${shorten(jsonText(usual), 80)}`;
    return `${inherited}set by ${placeOf(last)}${other}`;
  }
  return `${inherited}${from === 'default' ? "the chart's default" : from === 'layer' ? 'set together with the map around it' : 'not set'}`;
}

function placeOf({ layer, line, column }: ExplainedValue['layers'][number]): string {
  return [layer, line, column].filter((part) => part !== undefined).join(':');
}

function effectText({ effect, why, parts }: ExplainedValue): string {
  if (effect === 'unknown')
    return `the chart accepts no other value here that could be tried${why === undefined ? '' : `: ${why}`}`;
  if (effect === 'none') return `changes nothing${why === undefined ? '' : `: ${why}`}`;
  return `makes ${counted(parts.length, 'part')}`;
}

const verbs: Readonly<Record<ExplainedPart['change'], string>> = {
  changed: 'changes',
  removed: 'goes',
  added: 'comes',
};
const conditions: Readonly<Record<ExplainedPart['when'], string>> = {
  changed: '',
  unset: ' when it is not set',
  either: '',
};

/** `Deployment/gateway-proxy:36 spec.template.spec.containers[0].image changes`. */
function partText({ object, path, change, when, line, endLine }: ExplainedPart): string {
  const range = line === undefined ? '' : `:${line}${endLine === line ? '' : `-${endLine}`}`;
  const where = path === '' ? 'as a whole' : path;
  return `${object.kind}/${object.name}${range} ${where} ${verbs[change]}${conditions[when]}`;
}

/** A place in a rendered object, and its causes. */
export interface ExplainedPlace {
  readonly object: string;
  readonly path: string;
  readonly text?: string;
  readonly causes: readonly LineCause[];
  /** The causes in words. */
  readonly values: readonly ExplainedValue[];
  readonly features: readonly ExplainedFeature[];
}

/** The causes of a line, the nearest first. */
export function placeText({ object, path, text, causes, values, features }: ExplainedPlace): Printable {
  const byPath = new Map(values.map((value) => [value.path, value]));
  const byName = new Map(features.map((feature) => [feature.name, feature]));
  const rank = ({ value, does }: LineCause): number => {
    const known = byPath.get(value ?? '');
    const isSet = known !== undefined && (known.layers.length > 0 || known.value !== undefined);
    return (does === 'stands-here' ? 0 : 2) + (isSet ? 0 : 1);
  };
  const sorted = [...causes].sort((a, b) => rank(a) - rank(b));
  const rows = sorted.flatMap(({ value, feature, does }) => {
    const known = byPath.get(value ?? '');
    const word = does === 'stands-here' ? 'stands here' : 'decides';
    if (known !== undefined) return [shown`  ${word}: ${known.path} = ${valueOf(known)}\n      ${originText(known)}\n`];
    const about = byName.get(feature ?? '');
    return about === undefined ? [] : [featureText(about)];
  });
  return joined([
    shown`${object} ${path === '' ? 'as a whole' : path}\n`,
    ...(text === undefined ? [] : [shown`  | ${text}\n`]),
    ...rows,
    ...(causes.length === 0 ? [shown`  the chart writes this in every release, whatever the values\n`] : []),
  ]);
}

import type { Chart } from '../chart/chart.ts';
import { filled, printed, sprintText, truthy, withoutNoValue } from '../go/template.ts';
import { wrongType } from '../schema/check-words.ts';
import { isMap, type Value, type ValueMap } from '../value.ts';
import { readBare } from '../yaml/bare.ts';
import { bareText, bareWhole, text } from './read.ts';
import { inside, mapIn, notePrinted, report, type Scope } from './scope.ts';

export interface Image {
  readonly reference: string;
  readonly pullPolicy: string | null;
}

const fipsBuilds: readonly Value[] = ['gloo-ee', 'gloo-ee-envoy-wrapper', 'rate-limit-ee'];
const distrolessBuilds: readonly Value[] = [
  ...['gloo', 'gloo-envoy-wrapper', 'discovery', 'sds', 'gloo-ee', 'extauth-ee', 'gloo-ee-envoy-wrapper'],
  ...['rate-limit-ee', 'discovery-ee', 'sds-ee', 'observability-ee', 'caching-ee'],
];
const laterDistrolessBuilds: readonly Value[] = ['certgen', 'kubectl', 'access-logger', 'ingress'];

/**
 * The image of a container: its own values (`key` of `scope`), completed with global.image. A reference that the chart
 * would print so that it no longer reads as a string (no tag, no registry) is a problem. Source: gloo.image and its
 * parts in the chart's _helpers.tpl.
 */
export function imageOf(scope: Scope, key: string, global: Scope, chart: Chart, wasm = false): Image {
  const own = mapIn(scope, key);
  if (!isMap(scope.map[key])) {
    report(scope, 'missing-value', key, `${key} does not name an image.`, 'Give at least its repository, and its tag.');
  }
  const shared = inside(global, 'image');
  const image = { ...own, map: filled(own.map, shared.map) };
  const reference = wasm ? wasmReference(image.map) : referenceOf(image.map, chart);
  const lacksTag = reference.endsWith(':') && printed(image.map['tag']) === '';
  const lacksRegistry = reference.startsWith('%') && typeof image.map['registry'] !== 'string';
  if (lacksTag) {
    report(own, 'missing-value', 'tag', 'The image has no tag, which this release requires.', 'Set tag.');
  } else if (lacksRegistry) {
    // If global is not a map, that is the cause, and it is reported elsewhere.
    const blamed = isMap(global.map['image']) ? own : shared;
    report(blamed, 'missing-value', 'registry', 'The image has no registry.', 'Set registry here.');
  }
  findUncomparable({ own, shared, image: image.map }, chart, wasm);
  for (const part of imageParts) {
    notePrinted(own, part);
    notePrinted(shared, part);
  }
  return {
    // Missing parts have been reported, and explain how the rest is read.
    reference: lacksTag || lacksRegistry ? reference : bareReference(own, shared, reference),
    pullPolicy: bareText(truthy(own.map['pullPolicy']) ? own : shared, 'pullPolicy', 'a choice'),
  };
}

/** The pull secret of a pod, which the chart takes only from Envoy's image; undefined if it prints none. */
export function pullSecretOf(pod: Scope, global: Scope): { readonly value: string | null } | undefined {
  const [own, shared] = [mapIn(pod, 'image'), inside(global, 'image')];
  const holder = truthy(own.map['pullSecret']) ? own : shared;
  return truthy(holder.map['pullSecret']) ? { value: text(holder, 'pullSecret') } : undefined;
}

/**
 * The parts of an image as the chart writes them into GatewayParameters: each unquoted on its own line. Source:
 * gloo-gateway.gatewayParametersImage in the chart's _gg-helpers.tpl.
 */
export function imageParameters(own: Scope, global: Scope, chart: Chart): ValueMap | null {
  const shared = inside(global, 'image');
  const image = filled(own.map, shared.map);
  if (chart.has('kubeWholeImage')) return image;
  const hasVariants = chart.has('includedImageParts');
  if (hasVariants) findUncomparable({ own, shared, image }, chart, false);
  const distroless = wantsDistroless(image) && hasDistrolessBuild(image, chart);
  const texts: Readonly<Record<string, string>> = hasVariants
    ? {
        repository: repositoryPart(image, chart),
        tag: distroless ? `${sprintText(image['tag'] ?? null)}-distroless` : printed(image['tag']),
        digest: printed(digestOf(image, chart)),
      }
    : {};
  const parts: Record<string, Value> = {};
  for (const key of ['registry', 'repository', 'tag', 'digest', 'pullPolicy']) {
    if (!truthy(image[key])) continue;
    const scope = truthy(own.map[key]) ? own : shared;
    const whole = texts[key] ?? printed(image[key]);
    notePrinted(scope, key);
    parts[key] = whole === '' ? null : bareWhole(scope, key, whole, image[key] ?? null);
  }
  return truthy(parts) ? parts : null;
}

/** Values that the chart passes to a function that accepts only one type: with another one Helm fails. */
function findUncomparable(
  { own, shared, image }: { own: Scope; shared: Scope; image: ValueMap },
  chart: Chart,
  wasm: boolean,
): void {
  const refuse = (key: string, wanted: string): void => {
    const scope = Object.hasOwn(own.map, key) ? own : shared;
    report(scope, 'wrong-type', key, `${wrongType(key, wanted, image[key] ?? null)} With this chart Helm fails.`);
  };
  const isNoBoolean = (key: string): boolean => truthy(image[key]) && typeof image[key] !== 'boolean';
  if (wasm) {
    if (typeof image['tag'] !== 'string') refuse('tag', 'a string');
    return;
  }
  const isFipsRead = !chart.has('imageVariant') && chart.has('fipsImage') && hasFipsBuild(image, chart);
  const hasFipsDigest = chart.has('fipsDigest') && truthy(image['fipsDigest']);
  if (isFipsRead && !hasFipsDigest && isNoBoolean('fips')) refuse('fips', 'true or false');
  if (chart.has('extendedImage') && isNoBoolean('extended')) refuse('extended', 'true or false');
  const variant = image['variant'] ?? null;
  const isCompared = chart.has('variantDigests') || chart.has('includedImageParts');
  const asks = !truthy(image['fips']) && !(chart.has('disableDigest') && truthy(image['disableDigest']));
  if (isCompared && asks && variant !== null && typeof variant !== 'string') refuse('variant', 'a string');
}

const imageParts = [
  'registry',
  'repository',
  'tag',
  'digest',
  'fipsDigest',
  'distrolessDigest',
  'fipsDistrolessDigest',
];

/** The reference as YAML reads it unquoted; the culprit is the first part that YAML would not read as it is. */
function bareReference(own: Scope, shared: Scope, text: string): string {
  const reference = withoutNoValue(text);
  if (readBare(reference) === reference) return reference;
  const isStrange = (text: string): boolean => text !== '' && readBare(`a${text}a`) !== `a${text}a`;
  const endsInBlank = (text: string): boolean => text.trim() !== text;
  const isNoScalar = (text: string): boolean => text !== '' && (readBare(text) === undefined || isMap(readBare(text)));
  for (const isCulprit of [isStrange, endsInBlank, isNoScalar])
    for (const scope of [own, shared])
      for (const key of imageParts) {
        const text = printed(scope.map[key]);
        if (isCulprit(text)) return bareWhole(scope, key, reference, text);
      }
  return bareWhole(own, 'repository', reference, printed(own.map['repository']));
}

function wasmReference(image: ValueMap): string {
  const tag = printed(image['tag']);
  const numbered = tag.replace(/[0-9]+(?:\.[0-9]+\.[0-9]+)?/g, (found) =>
    found.includes('.') ? `${found}-wasm` : found,
  );
  const wasmTag = numbered === tag ? `wasm-${tag}` : numbered;
  return `${printed(image['registry'])}/${printed(image['repository'])}:${wasmTag}`;
}

function referenceOf(image: ValueMap, chart: Chart): string {
  if (chart.has('includedImageParts')) return taggedReference(image, chart, printed, repositoryPart(image, chart));
  if (chart.has('variantDigests')) return taggedReference(image, chart, sprintText, repositoryPart(image, chart));
  return chart.has('imageVariant') ? variantReference(image, chart) : plainReference(image, chart);
}

/** Until 1.17.0-beta12: the parts are printed one after the other. */
function plainReference(image: ValueMap, chart: Chart): string {
  const base = `${printed(image['registry'])}/${printed(image['repository'])}`;
  const tag = printed(image['tag']);
  if (chart.has('fipsDigest') && truthy(image['fips']) && truthy(image['fipsDigest'])) {
    return `${base}-fips:${tag}@${printed(image['fipsDigest'])}`;
  }
  const fips = chart.has('fipsImage') && truthy(image['fips']) && hasFipsBuild(image, chart) ? '-fips' : '';
  const extended = chart.has('extendedImage') && truthy(image['extended']) ? '-extended' : '';
  const digest = chart.has('imageDigest') && truthy(image['digest']) ? `@${printed(image['digest'])}` : '';
  return `${base}${fips}:${tag}${extended}${digest}`;
}

/** With image.variant, but one digest for all variants. */
function variantReference(image: ValueMap, chart: Chart): string {
  const part = (key: string): string => sprintText(image[key] ?? null);
  const base = `${part('registry')}/${part('repository')}`;
  if (truthy(image['fips']) && truthy(image['fipsDigest'])) return `${base}-fips:${part('tag')}@${part('fipsDigest')}`;
  const fips = wantsFips(image) && hasFipsBuild(image, chart) ? '-fips' : '';
  const distroless = wantsDistroless(image) && hasDistrolessBuild(image, chart) ? '-distroless' : '';
  return `${base}${fips}:${part('tag')}${distroless}${truthy(image['digest']) ? `@${part('digest')}` : ''}`;
}

/** With a digest for each variant, and an optional tag. */
function taggedReference(image: ValueMap, chart: Chart, print: (value: Value) => string, repository: string): string {
  let reference = `${sprintText(image['registry'] ?? null)}/${repository}`;
  const tag = image['tag'] ?? null;
  if (truthy(tag)) {
    const distroless = wantsDistroless(image) && hasDistrolessBuild(image, chart);
    reference += `:${distroless ? `${sprintText(tag)}-distroless` : print(tag)}`;
  }
  const digest = digestOf(image, chart);
  return truthy(digest) ? `${reference}@${print(digest)}` : reference;
}

function repositoryPart(image: ValueMap, chart: Chart): string {
  const repository = image['repository'] ?? null;
  const fips = wantsFips(image) && hasFipsBuild(image, chart);
  if (!chart.has('includedImageParts') || fips) return `${sprintText(repository)}${fips ? '-fips' : ''}`;
  return truthy(repository) ? printed(repository) : '';
}

function digestOf(image: ValueMap, chart: Chart): Value {
  if (chart.has('disableDigest') && truthy(image['disableDigest'])) return null;
  const variant = image['variant'];
  if (truthy(image['fips']) || variant === 'fips') return image['fipsDigest'] ?? null;
  if (variant === 'distroless') return image['distrolessDigest'] ?? null;
  if (variant === 'fips-distroless') return image['fipsDistrolessDigest'] ?? null;
  return image['digest'] ?? null;
}

function wantsFips(image: ValueMap): boolean {
  return truthy(image['fips']) || image['variant'] === 'fips' || image['variant'] === 'fips-distroless';
}

function wantsDistroless(image: ValueMap): boolean {
  return image['variant'] === 'distroless' || image['variant'] === 'fips-distroless';
}

function hasFipsBuild(image: ValueMap, chart: Chart): boolean {
  const repository = image['repository'] ?? null;
  switch (repository) {
    case 'extauth-ee':
      return !chart.has('fipsExtAuthOldName');
    case 'ext-auth-ee':
      return chart.has('fipsExtAuthOldName');
    case 'discovery-ee':
      return chart.has('fipsDiscovery');
    case 'sds-ee':
      return chart.has('fipsSds');
    case 'certgen':
      return chart.has('certgenFips');
    default:
      return fipsBuilds.includes(repository);
  }
}

function hasDistrolessBuild(image: ValueMap, chart: Chart): boolean {
  const repository = image['repository'] ?? null;
  return (
    distrolessBuilds.includes(repository) ||
    (chart.has('distrolessForAll') && laterDistrolessBuilds.includes(repository))
  );
}

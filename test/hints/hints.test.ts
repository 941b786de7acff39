/**
 * Every hint of the examples, the scenarios, the public reports and of wrong values for all that the chart knows is followed to the
 * letter: what it is about is gone, nothing else is wrong that was not, and the proxies have the images that they had.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { includes } from '../../src/chart/range.ts';
import { releaseIndex } from '../../src/chart/releases.ts';
import { renderGatewayProxies, type ValidateOptions, validateValues } from '../../src/index.ts';
import { hasErrors, type Problem, parsePath } from '../../src/problem.ts';
import { rules } from '../../src/rules/all.ts';
import { fieldsAt } from '../../src/schema/fields-at.ts';
import { valueAt } from '../../src/value.ts';
import { maskRelease } from '../parity/canonical.ts';
import { corpus } from './corpus.ts';
import { follow, givenValues, withValues } from './follow.ts';

/** A hint is the same for hundreds of values; so many of them are followed. */
const mostAlike = 12;

const lint: ReadonlySet<string> = new Set(rules.filter((rule) => rule.lint === true).map(({ code }) => code));

/** Hints behind which others may come to light, and why. */
const uncovers: Readonly<Record<string, string>> = {
  'auto-mtls-without-certificates': 'the sidecars that it adds have settings of their own',
  'bare-name': 'under another name, what was said of the proxy is said of another path',
  'bare-text-breaks-yaml': 'a text that YAML could not read may be none that its place takes',
  'bare-text-changed': 'a text that YAML could not read may be none that its place takes',
  'bare-text-read-as-another-type': 'a text that YAML read as a number may be none that its place takes',
  'boolean-surprise': 'where true or false is wanted, the text is not meant',
  'deprecated-value': 'the successor may be one of another release, or stand there already',
  'empty-deployment': 'a DaemonSet has other rules than a Deployment',
  'ignored-arguments': 'the variable counts, where the argument did not',
  'inherited-disabled': 'the proxy is there now',
  'integration-adds-no-sidecars': 'the sidecars that it adds have settings of their own',
  'invalid-bootstrap': 'a key that is known has a content',
  'loose-type': 'a number that was none may be out of range, a text none of those that are known',
  'null-map': 'in a release without inheritance one proxy lacks many things',
  'odd-blank': 'what stands where it seems to has an effect',
  'octal-number': 'the text is not meant where a number is wanted',
  'missing-value': 'in a release without inheritance one proxy lacks many things',
  'outside-gloo': 'what stands where it is read has an effect',
  'sidecars-behind-pod-fields': 'a newer release has other rules',
  'sidecars-behind-pull-secret': 'a newer release has other rules',
  'sidecars-without-sds': 'the sidecars have settings of their own',
  'token-not-needed': 'another policy needs other things',
  'two-sidecars': 'with either off, what is left has settings of its own',
  'host-network': 'it says which proxies stay Deployments',
  'kube-gateway-off': 'what is switched on has settings of its own',
  'stale-istio-proxy': 'which versions Gloo supports is another question',
  'sds-cluster-without-server': 'the sidecars that it adds have settings of their own',
  'auto-mtls-needs-integration': 'the sidecars that it adds have settings of their own',
  'unknown-jwt-policy': 'a policy that is known needs a token',
  'unknown-value': 'what stands where it is read has an effect',
  'unsubstituted-variable': 'what to write is left to the user',
  'value-of-another-release': 'a release that has it has other rules',
  'value-of-wrapping-chart': 'what stands where it is read has an effect',
  'daemon-set-ignored': 'a DaemonSet has other rules than a Deployment',
  'digest-of-another-variant': 'what is no digest is none elsewhere either',
  'sds-image-brace': 'the image was wrong besides',
  'duplicate-env': 'the variable that is left counts',
  'invalid-label': 'the key is another one',
  'invalid-manifest': 'what is removed may be needed',
  'invalid-name': 'under another name, what was said of the proxy is said of another path',
  'invalid-service-name': 'under another name, what was said of the proxy is said of another path',
  'latest-tag': 'an image without a name has none with a tag either',
  'namespace-not-labelled': 'nothing asks for an injection any more',
  'not-a-truth-value': 'true may change as little',
  'not-proxyv2': 'an agent of Istio has settings of its own',
  'override-replaces-list': 'what is removed may be needed',
  'revision-without-injection': 'what it sets has an effect',
  'same-name': 'under another name, the values have an effect of their own',
  'second-proxy': 'what stands where it is read has an effect',
  'unknown-field': 'a field that is known has a content',
  'unset-memory-requirements': 'a request may be above the limit',
  'unread-merge-policy': 'what it stood for has an effect',
  'wrong-type': 'a value of the right type may be wrong in itself',
  'values-of-wrapping-chart': 'what stands where it is read has an effect',
};

/** Hints that are there to change an image, or a release with its own. */
const aboutImages: ReadonlySet<string> = new Set([
  ...['auto-mtls-needs-integration', 'certificates-not-rotated', 'sds-binds-loopback', 'sds-cluster-without-server'],
  ...['invalid-image', 'latest-tag', 'stale-istio-proxy', 'missing-value', 'not-proxyv2', 'unsubstituted-variable'],
  ...[
    'loose-type',
    'octal-number',
    'number-loses-digits',
    'integration-adds-no-sidecars',
    'auto-mtls-without-certificates',
  ],
  ...[
    'sidecars-without-sds',
    'inherited-disabled',
    'two-sidecars',
    'duplicate-container',
    'odd-blank',
    'empty-custom-sidecars',
  ],
  ...['unknown-value', 'value-of-another-release', 'deprecated-value', 'not-a-truth-value', 'istio-enabled-twice'],
  ...['values-of-wrapping-chart', 'value-of-wrapping-chart', 'outside-gloo', 'bare-text-changed', 'sds-image-brace'],
  ...[
    'null-map',
    'unread-merge-policy',
    'same-name',
    'digest-of-another-variant',
    'certificates-unreadable',
    'override-replaces-list',
  ],
  ...['second-proxy', 'invalid-name', 'invalid-service-name', 'invalid-manifest', 'bare-name'],
]);

interface Failure {
  readonly from: string;
  readonly problem: Problem;
  readonly why: string;
}

const countOf = (problems: readonly Problem[], { code, message }: Problem): number =>
  problems.filter((one) => one.code === code && one.message === message).length;
const placeOf = ({ code, path }: Problem): string => JSON.stringify([code, path]);
const failures: Failure[] = [];
const unread: Failure[] = [];
const names: Failure[] = [];
let followed = 0;
let nothing = 0;
const seen = new Map<string, number>();

for (const { from, options } of corpus()) {
  const { problems, chartVersion } = validateValues(options);
  const before = { problems, images: once(() => imagesOf(options)), places: once(() => placesOf(options, problems)) };
  for (const problem of problems) {
    const { hint } = problem;
    if (hint === undefined || isEnough(problem)) continue;
    checkNames(from, problem, chartVersion);
    const ways = follow(options, problem);
    if (ways === undefined) unread.push({ from, problem, why: 'nobody knows how to follow this' });
    else if (ways.length === 0) nothing++;
    for (const way of ways ?? []) {
      followed++;
      const why = judge(options, before, problem, way);
      if (why !== undefined) failures.push({ from, problem, why });
    }
  }
}

function isEnough({ code, hint = '' }: Problem): boolean {
  const form = `${code} ${hint.replace(/"[^"]*"|'[^']*'|\d[\w.-]*|gatewayProxies\.\w+/g, '…')}`;
  const count = (seen.get(form) ?? 0) + 1;
  seen.set(form, count);
  return count > mostAlike;
}

/** What an override sets stays, whatever the proxy's own values say. */
function hasOverride(options: ValidateOptions): boolean {
  return JSON.stringify(givenValues(options), (_, value: unknown) =>
    typeof value === 'bigint' ? Number(value) : value,
  ).includes('"kubeResourceOverride"');
}

/** What holds of values before any hint is followed; only worked out where somebody asks. */
interface Before {
  readonly problems: readonly Problem[];
  readonly images: () => string | undefined;
  readonly places: () => ReadonlySet<string>;
}

function once<T>(find: () => T): () => T {
  let found: { readonly value: T } | undefined;
  return () => {
    found ??= { value: find() };
    return found.value;
  };
}

function placesOf(options: ValidateOptions, problems: readonly Problem[]): ReadonlySet<string> {
  const again = validateValues(withValues(options, givenValues(options))).problems;
  return new Set([...problems, ...again].map(placeOf));
}

/** What is wrong with what comes of a hint; undefined where nothing is. */
function judge(options: ValidateOptions, before: Before, problem: Problem, way: ValidateOptions): string | undefined {
  const after = validateValues(way).problems;
  if (countOf(after, problem) >= countOf(before.problems, problem) && !hasOverride(options)) return 'it is still there';
  const added = after.filter(
    (one) => one.severity !== 'info' && !lint.has(one.code) && !before.places().has(placeOf(one)),
  );
  if (added.length > 0 && !(problem.code in uncovers) && way.chartVersion === options.chartVersion)
    return `it brings ${added.map((one) => `${one.severity} ${one.code} ${one.path}: ${one.message}`).join('; ')}`;
  if (aboutImages.has(problem.code) || way.chartVersion !== options.chartVersion) return undefined;
  const [old, now] = [before.images(), imagesOf(way)];
  return old === undefined || now === undefined || old === now ? undefined : `the images were ${old} and are ${now}`;
}

function imagesOf(options: ValidateOptions): string | undefined {
  const { objects: _, ...values } = options;
  const { manifests, problems, chartVersion } = renderGatewayProxies({ ...values, objects: 'workloads' });
  if (hasErrors(problems)) return undefined;
  const pods = manifests.map(({ object }) => valueAt(object, 'spec', 'template', 'spec', 'containers'));
  const images = pods
    .flatMap((containers) => (Array.isArray(containers) ? containers : []))
    .map((one) => valueAt(one, 'image'));
  return maskRelease(chartVersion)([...new Set(images.map(String))].sort().join(' '));
}

/** A value that a hint names is one of the release, or the hint says in which ones it is. */
function checkNames(from: string, problem: Problem, release: string): void {
  const { hint = '', code } = problem;
  if (code === 'value-of-another-release' || / in (?:>=|<)| or newer|fixes this/.test(hint)) return;
  for (const [name] of hint.matchAll(/\b(?:global|gatewayProxies|settings|kubeGateway)\.[\w.]*\w/g)) {
    const fields = fieldsAt(parsePath(name));
    if (fields.length === 0 || fields.some(({ releases }) => includes(releases, releaseIndex(release)))) continue;
    names.push({ from, problem, why: `${release} has no ${name}` });
  }
}

function listed(list: readonly Failure[]): string {
  return list
    .slice(0, 25)
    .map(({ from, problem, why }) => `${from}: ${problem.code} ${problem.path ?? ''}\n    ${problem.hint}\n    ${why}`)
    .join('\n');
}

test('every hint can be followed', (context) => {
  context.diagnostic(
    `${seen.size} kinds of hints, ${followed} ways followed; ${nothing} hints are about other commands or files`,
  );
  assert.equal(unread.length, 0, listed(unread));
  assert.ok(seen.size > 150 && followed > 1200, `only ${seen.size} kinds of hints, ${followed} ways`);
});

test('what a hint is about is gone when it is followed, and nothing comes in its place', () => {
  assert.equal(failures.length, 0, `${failures.length} hints mislead:\n${listed(failures)}`);
});

test('no hint names a value that the release does not have', () => {
  assert.equal(names.length, 0, listed(names));
});

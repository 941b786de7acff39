/**
 * Follows every hint of the examples, the scenarios, the public reports and of wrong values for everything in the
 * chart, literally: the problem disappears, no new one appears, the proxies keep their images, and nothing in any object
 * changes that neither the hint nor the problem names.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { includes } from '../../src/chart/range.ts';
import { releaseIndex } from '../../src/chart/releases.ts';
import { renderGatewayProxies, type ValidateOptions, validateValues } from '../../src/index.ts';
import { hasErrors, type Problem, parsePath } from '../../src/problem.ts';
import { rules } from '../../src/rules/all.ts';
import { fieldsAt } from '../../src/schema/fields-at.ts';
import { type ValueMap, valueAt } from '../../src/value.ts';
import { comparable, differences } from '../parity/canonical.ts';
import { corpus, hasReports } from './corpus.ts';
import { follow, givenValues, withValues } from './follow.ts';

/** The same hint applies to hundreds of values; this many of them are followed. */
const mostAlike = 8;

const lint: ReadonlySet<string> = new Set(rules.filter((rule) => rule.lint === true).map(({ code }) => code));

/** Values for which a problem with this code says that they have no effect: without them the result is the same. */
const doNothing: ReadonlySet<string> = new Set([
  ...['ignored-value', 'istio-enabled-twice', 'unknown-value', 'value-of-another-release', 'value-without-effect'],
  ...['anti-affinity-replaced', 'deprecated-value', 'set-twice'],
]);

/** Hints after which other problems may appear, and why. */
const uncovers: Readonly<Record<string, string>> = {
  'bare-name': 'under another name, what was said of the proxy is said of another path',
  'empty-deployment': 'a DaemonSet has other rules than a Deployment',
  'inherited-disabled': 'the proxy is there now',
  'integration-adds-no-sidecars': 'the sidecars that it adds have settings of their own',
  'loose-type': 'a number that was none may be out of range, a text none of those that are known',
  'null-map': 'in a release without inheritance one proxy lacks many things',
  'odd-blank': 'what stands where it seems to has an effect',
  'sidecars-without-sds': 'the sidecars have settings of their own',
  'token-not-needed': 'another policy needs other things',
  'two-sidecars': 'with either off, what is left has settings of its own',
  'host-network': 'it says which proxies stay Deployments',
  'kube-gateway-off': 'what is switched on has settings of its own',
  'stale-istio-proxy': 'which versions Gloo supports is another question',
  'sds-cluster-without-server': 'the sidecars that it adds have settings of their own',
  'unknown-jwt-policy': 'a policy that is known needs a token',
  'unknown-value': 'what stands where it is read has an effect',
  'digest-of-another-variant': 'what is no digest is none elsewhere either',
  'sds-image-brace': 'the image was wrong besides',
  'duplicate-env': 'the variable that is left counts',
  'invalid-service-name': 'under another name, what was said of the proxy is said of another path',
  'second-proxy': 'under the right name the values count',
  'latest-tag': 'an image without a name has none with a tag either',
  'namespace-not-labelled': 'nothing asks for an injection any more',
  'not-a-truth-value': 'true may change as little',
  'not-proxyv2': 'an agent of Istio has settings of its own',
  'revision-without-injection': 'what it sets has an effect',
  'same-name': 'under another name, the values have an effect of their own',
  'unset-memory-requirements': 'a request may be above the limit',
  'wrong-type': 'a value of the right type may be wrong in itself',
  'value-without-effect': 'what has an effect may be wrong',
  'values-of-wrapping-chart': 'what stands where it is read has an effect',
};

/** Hints that are meant to change another image than the one they are about, or the list of containers, and why. */
const aboutImages: Readonly<Record<string, string>> = {
  'auto-mtls-needs-integration': 'it adds the sidecars',
  'auto-mtls-without-certificates': 'it adds the sidecars',
  'integration-adds-no-sidecars': 'it adds the sidecars',
  'not-a-truth-value': 'what the value says turns on or off containers',
  'sds-cluster-without-server': 'it adds the sidecars',
  'sds-image-brace': 'the image is what is wrong',
  'sidecars-without-sds': 'it adds or takes away the sidecars',
  'stale-istio-proxy': 'another Istio has another image',
  'two-sidecars': 'one of the two goes',
  'unknown-value': 'the value counts where it is moved to',
  'unread-merge-policy': 'a field that the policy hid counts',
};

/** Words that say nothing about what a hint changes. */
const common: ReadonlySet<string> = new Set(
  'gateway proxy gatewayproxy gatewayproxies the chart and with for this that not has have but its from into value which set remove use only leave out write deployment daemonset spec template metadata'.split(
    ' ',
  ),
);

interface Failure {
  readonly from: string;
  readonly problem: Problem;
  readonly why: string;
}

const countOf = (problems: readonly Problem[], { code, message }: Problem): number =>
  problems.filter((one) => one.code === code && one.message === message).length;
const placeOf = ({ code, path }: Problem): string => JSON.stringify([code, path]);
const used = new Set<string>();
const rendered = new WeakMap<ValidateOptions, ValueMap | undefined>();
const failures: Failure[] = [];
const unread: Failure[] = [];
const names: Failure[] = [];
let followed = 0;
let nothing = 0;
const seen = new Map<string, number>();

for (const { from, options } of corpus()) {
  const { problems, chartVersion } = validateValues(options);
  const before = { problems, places: once(() => placesOf(options, problems)) };
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

/** What an override sets stays, regardless of the proxy's values. */
function hasOverride(options: ValidateOptions): boolean {
  return JSON.stringify(givenValues(options), (_, value: unknown) =>
    typeof value === 'bigint' ? Number(value) : value,
  ).includes('"kubeResourceOverride"');
}

/** The state before any hint is followed; computed only if needed. */
interface Before {
  readonly problems: readonly Problem[];
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

/** What is wrong with the result of a hint; undefined if nothing is. */
function judge(options: ValidateOptions, before: Before, problem: Problem, way: ValidateOptions): string | undefined {
  const after = validateValues(way).problems;
  if (countOf(after, problem) >= countOf(before.problems, problem) && !hasOverride(options)) return 'it is still there';
  const added = after.filter(
    (one) => one.severity !== 'info' && !lint.has(one.code) && !before.places().has(placeOf(one)),
  );
  if (added.length > 0 && way.chartVersion === options.chartVersion) used.add(`uncovers ${problem.code}`);
  if (added.length > 0 && !(problem.code in uncovers) && way.chartVersion === options.chartVersion)
    return `it brings ${added.map((one) => `${one.severity} ${one.code} ${one.path}: ${one.message}`).join('; ')}`;
  return way.chartVersion === options.chartVersion ? judgeObjects(options, problem, way) : undefined;
}

/** What is wrong with the resulting objects: they must be the same except for the problem's part. */
function judgeObjects(options: ValidateOptions, problem: Problem, way: ValidateOptions): string | undefined {
  const [old, now] = [objectsOf(options), objectsOf(way)];
  if (old === undefined || now === undefined) return undefined;
  const changes = differences(old, now, '', 1000);
  const { code, hint = '' } = problem;
  if (doNothing.has(code) && isRemoved(problem, way))
    return changes.length === 0 ? undefined : `it changes ${changes[0]}`;
  const written = writtenOf(options, problem);
  const isAbout = (line: string): boolean => line.slice(line.lastIndexOf(', glistio ')).includes(written);
  if (/^(?:Quote it|put it in quotes|write "[^"]*" in quotes)/.test(hint))
    return changes.find((line) => !isAbout(line));
  const images = changes.filter((line) => /\.image: |containers\[\d+\]: only /.test(line));
  const isSwitch = /\benabled?|Enabled?\b|has no effect/.test(`${hint} ${problem.path} ${problem.message}`);
  const unnamed = isSwitch ? undefined : changes.find((line) => !isNamed(line, options, problem));
  if (unnamed !== undefined) return `it also changes ${unnamed}`;
  if (images.length === 0) return undefined;
  if (parsePath(problem.path ?? '').includes('image')) return undefined;
  used.add(`aboutImages ${code}`);
  return code in aboutImages ? undefined : `it changes ${images[0]}`;
}

/** Whether a change is of something that the hint, the problem or the value names. */
function isNamed(line: string, options: ValidateOptions, { hint = '', path = '', message }: Problem): boolean {
  const value = JSON.stringify(valueAt(givenValues(options), ...parsePath(path)) ?? '');
  const implied = { pods: 'pods replicas', hostPort: 'hostPort dnsPolicy' };
  const text = `${hint} ${path} ${message} ${value}`.replace(
    /\b(?:pods|hostPort)\b/,
    (word) => implied[word as 'pods'],
  );
  const words = [...wordsOf(text)].filter((word) => !common.has(word));
  return [...wordsOf(line.slice(line.indexOf('/')))].some((word) =>
    words.some(
      (one) => one === word || (one.length > 3 && word.includes(one)) || (word.length > 3 && one.includes(word)),
    ),
  );
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().split(/[^a-z0-9]+/));
}

/** Whether the change removes the value without setting another one. */
function isRemoved({ path = '', hint = '' }: Problem, way: ValidateOptions): boolean {
  const isKept = /Did you mean|Use |Write |Move |says the opposite/.test(hint);
  return !isKept && valueAt(givenValues(way), ...parsePath(path)) === undefined;
}

/** The value as the user wrote it. */
function writtenOf(options: ValidateOptions, { path = '', file, line = 0, column = 1, endColumn }: Problem): string {
  const sources = [options.values ?? []].flat() as readonly { name?: string; text?: string }[];
  const text = sources.find(({ name }) => name !== undefined && name === file)?.text?.split('\n')[line - 1];
  const token = text?.slice(column - 1, endColumn === undefined ? undefined : endColumn - 1);
  return token ?? String(valueAt(givenValues(options), ...parsePath(path)) ?? '');
}

/** All objects by name; undefined if values are rejected. */
function objectsOf(options: ValidateOptions): ValueMap | undefined {
  if (rendered.has(options)) return rendered.get(options);
  const { objects: _, ...values } = options;
  const { manifests, problems } = renderGatewayProxies(values);
  const objects = hasErrors(problems)
    ? undefined
    : Object.fromEntries(manifests.map(({ kind, name, object }) => [`${kind}/${name}`, comparable(object)]));
  rendered.set(options, objects);
  return objects;
}

/** A value that a hint names exists in the release, or the hint says in which releases it exists. */
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
  assert.ok(seen.size > 150 && followed > 1000, `only ${seen.size} kinds of hints, ${followed} ways`);
});

test('what a hint is about is gone when it is followed, and nothing comes in its place', () => {
  assert.equal(failures.length, 0, `${failures.length} hints mislead:\n${listed(failures)}`);
});

test('no hint names a value that the release does not have', () => {
  assert.equal(names.length, 0, listed(names));
});

test('no waiver is there that no hint needs', { skip: !hasReports }, () => {
  const waivers = [
    ...Object.keys(uncovers).map((code) => `uncovers ${code}`),
    ...Object.keys(aboutImages).map((code) => `aboutImages ${code}`),
  ];
  assert.deepEqual(
    waivers.filter((waiver) => !used.has(waiver)),
    [],
  );
});

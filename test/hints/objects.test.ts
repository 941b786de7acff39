/**
 * Follows every hint about manifests literally: in the object that it is about, or, if it says so, in the values of the
 * chart that printed them. The problem disappears, no new one appears, and the containers keep their images.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Manifest, renderGatewayProxies, type ValidateOptions, validateManifests } from '../../src/index.ts';
import type { Problem } from '../../src/problem.ts';
import { rules } from '../../src/rules/all.ts';
import { mapAt, mapOf, mapsIn, type ValueMap, valueAt, withValueAt } from '../../src/value.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { corpus } from './corpus.ts';
import { follow, followInObject } from './follow.ts';

/** The values and the manifests that they are printed as. */
interface World {
  readonly from: string;
  readonly options: ValidateOptions;
  readonly objects: readonly ValueMap[];
}

/** Hints that are meant to change an image, and why. */
const aboutImages: Readonly<Record<string, string>> = {
  'certificates-not-rotated': 'another Istio has another image',
  'certificates-unreadable': 'another Istio has another image',
  'invalid-image': 'the image is what is wrong',
  'latest-tag': 'the tag is what is wrong',
  'not-proxyv2': 'the image is what is wrong',
  'sds-binds-loopback': 'another sds has another image',
  'sds-cluster-without-server': 'it adds the sidecars',
  'sds-image-brace': 'the image is what is wrong',
};

/** Hints after which other problems may appear, and why. */
const uncovers: Readonly<Record<string, string>> = {
  'sds-cluster-without-server': 'the sidecars that it adds have settings of their own',
};

/** Hints that nothing in the manifests or in the values can follow, and why. */
const elsewhere: readonly (readonly [RegExp, string])[] = [
  [/^Use a later patch of the line/, 'another release of Gloo prints another pod'],
  [/^Choose versions that Gloo supports together/, 'there is no value to test the pair with'],
  [/^give it too$/, 'the ConfigMap is in another file'],
  [/^(?:a proxy is a Deployment|an object has apiVersion)/, 'it says what the input lacks'],
];

const lint: ReadonlySet<string> = new Set(rules.filter((rule) => rule.lint === true).map(({ code }) => code));

const prefix = 'In the values of Gloo’s chart: ';

function worldOf(from: string, options: ValidateOptions): World | undefined {
  const { objects: _, istiod: __, lint: ___, ...values } = options;
  const { manifests } = renderGatewayProxies({ ...values, objects: 'workloads' } as never);
  return manifests.length === 0 ? undefined : { from, options, objects: manifests.map((one: Manifest) => one.object) };
}

function problemsIn({ options, objects }: World): readonly Problem[] {
  const { chartVersion } = options;
  return validateManifests([...objects] as never, { lint: true, ...(chartVersion !== undefined && { chartVersion }) })
    .problems;
}

const isSubject = (object: ValueMap, { subject }: Problem): boolean =>
  object['kind'] === subject?.kind && mapAt(object, 'metadata')['name'] === subject?.name;

/** The result of each alternative that a hint offers; undefined if it is not known how to follow it. */
function ways(world: World, problem: Problem): readonly World[] | undefined {
  const { hint = '' } = problem;
  if (hint.startsWith(prefix)) {
    const own = hint.slice(prefix.length);
    const asked = { ...problem, hint: own.slice(0, 1).toUpperCase() + own.slice(1), path: '' };
    return follow(world.options, asked)?.flatMap((options) => worldOf(world.from, options) ?? []);
  }
  if (hint.includes('`glistio render` prints without')) return [withUsualBootstrap(world, problem)];
  if (hint.startsWith('Give them node selectors'))
    return [
      {
        ...world,
        objects: world.objects.map((one) => withValueAt(one, nodeSelector, { pool: nameOf(one) }) as ValueMap),
      },
    ];
  const at = world.objects.findIndex((object) => isSubject(object, problem));
  const object = world.objects[at];
  if (object === undefined) return undefined;
  return followInObject(object, problem)?.map((next) => ({ ...world, objects: world.objects.with(at, next) }));
}

const nodeSelector = ['spec', 'template', 'spec', 'nodeSelector'];
const nameOf = (object: ValueMap): string => String(mapAt(object, 'metadata')['name']);

/** What a hint says to copy from the bootstrap that the chart prints by itself: named parts, a cluster, or all. */
function withUsualBootstrap(world: World, problem: Problem): World {
  const { chartVersion } = world.options;
  const [, names = ''] = /^Copy (.*?) from/.exec(problem.hint ?? '') ?? [];
  const isOfSds = names === 'the cluster';
  const usual = worldOf('', {
    ...(chartVersion !== undefined && { chartVersion }),
    values: [{ global: { istioSDS: { enabled: isOfSds } } }],
  });
  const own = bootstrapOf(usual?.objects.find(({ kind }) => kind === 'ConfigMap'));
  const objects = world.objects.map((object) => {
    if (!isSubject(object, problem)) return object;
    const old = bootstrapOf(object);
    const clusters = ['static_resources', 'clusters'];
    const kept = names === 'node' ? old : withValueAt(old, clusters, valueAt(own, ...clusters));
    const parts = ['node', 'dynamic_resources'].filter((name) => names.includes(name));
    const next = { ...mapOf(kept), ...Object.fromEntries(parts.map((name) => [name, own[name] ?? null])) };
    return { ...object, data: { ...mapAt(object, 'data'), 'envoy.yaml': JSON.stringify(names === '' ? own : next) } };
  });
  return { ...world, objects };
}

function bootstrapOf(config: ValueMap | undefined): ValueMap {
  return mapOf(readYaml({ name: 'envoy.yaml', text: String(mapAt(config, 'data')['envoy.yaml'] ?? '') }).value);
}

const keyOf = ({ code, path, subject }: Problem): string => JSON.stringify([code, path, subject]);
const images = ({ objects }: World): string =>
  JSON.stringify(
    objects.flatMap((object) =>
      mapsIn(mapAt(object, 'spec', 'template', 'spec')['containers']).map((one) => one['image']),
    ),
  );

const seen = new Set<string>();
const unread: string[] = [];
const failures: string[] = [];
let followed = 0;

for (const { from, options } of corpus({ wrong: false })) {
  const world = worldOf(from, options);
  if (world === undefined) continue;
  const before = problemsIn(world);
  const known = new Set(before.map(keyOf));
  for (const problem of before) {
    const { code, hint, subject } = problem;
    const form = `${code} ${hint?.replace(/\d[\w.-]*|"[^"]*"/g, '…')}`;
    if (hint === undefined || seen.has(form)) continue;
    seen.add(form);
    if (elsewhere.some(([pattern]) => pattern.test(hint))) continue;
    const told = `${from}: ${code} ${subject?.kind} ${problem.path}\n    ${hint}`;
    const found = ways(world, problem);
    if (found === undefined || found.length === 0) unread.push(told);
    for (const way of found ?? []) {
      followed++;
      const after = problemsIn(way);
      const same = (list: readonly Problem[]): number =>
        list.filter((one) => one.code === code && one.message === problem.message).length;
      const added = after.filter((one) => one.severity !== 'info' && !lint.has(one.code) && !known.has(keyOf(one)));
      if (same(after) >= same(before)) failures.push(`${told}\n    it is still there`);
      else if (added.length > 0 && !(code in uncovers))
        failures.push(
          `${told}\n    it brings ${added.map((one) => `${one.code} ${one.path}: ${one.message}`).join('; ')}`,
        );
      else if (images(world) !== images(way) && !(code in aboutImages))
        failures.push(`${told}\n    it changes the images`);
    }
  }
}

test('every hint about manifests can be followed', (context) => {
  context.diagnostic(`${seen.size} kinds of hints, ${followed} ways followed`);
  assert.equal(unread.length, 0, unread.join('\n'));
  assert.ok(seen.size > 60 && followed > 80, `only ${seen.size} kinds, ${followed} ways`);
});

test('what a hint about manifests is about is gone when it is followed', () => {
  assert.equal(failures.length, 0, failures.join('\n'));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyPatch, type Operation } from 'rfc6902';
import { diffManifests } from '../../src/diff/diff.ts';
import { asList, patchManifests } from '../../src/diff/patch.ts';
import { readSide } from '../../src/objects/read.ts';
import { isMap, type Value, type ValueMap } from '../../src/value.ts';
import { writeYaml } from '../../src/yaml/write.ts';
import { type Draw, drawFrom, mutations, type Objects, type Open } from './mutations.ts';
import { recordedReleases } from './recorded.ts';
import { restyled } from './restyle.ts';

// For more rounds, to find rare faults: GLISTIO_ROUNDS=200 node scripts/test.mjs test/diff/mutations.test.ts
const rounds = Number(process.env['GLISTIO_ROUNDS'] ?? 3);
const releases = recordedReleases();

function objectsOf(text: string): Objects {
  const { objects } = readSide(text, { name: 'recorded', namespace: 'gloo-system' });
  const find = (kind: string, name: string): Open =>
    structuredClone(objects.find((object) => object.kind === kind && object.name === name)?.object) as Open;
  return {
    deployment: find('Deployment', 'gateway-proxy'),
    configMap: find('ConfigMap', 'gateway-proxy-envoy-config'),
  };
}

function textOf({ deployment, configMap }: Objects): string {
  return [deployment, configMap].map((object) => writeYaml(object as Value)).join('---\n');
}

/** Some of the mutations, each at most once, so that each stays a separate difference. */
function drawMutations(draw: Draw): typeof mutations {
  const count = 1 + draw(6);
  const left = [...mutations];
  return Array.from({ length: count }, () => left.splice(draw(left.length), 1)[0]).filter(
    (mutation) => mutation !== undefined,
  );
}

const byPath = (a: string, b: string): number => (a < b ? -1 : 1);

for (const [place, release] of releases.entries()) {
  test(`${release.name}: as many differences as edits, each in its place, however both sides are written`, () => {
    for (let round = 0; round < rounds; round++) {
      const draw = drawFrom(1 + place * 1000 + round);
      const source = draw(2) === 0 ? release.manifest : release.live;
      const edited = objectsOf(source);
      const wanted = new Map<string, string>();
      const names: string[] = [];
      for (const mutation of drawMutations(draw)) {
        const before = structuredClone(edited);
        const made = mutation.apply(edited, draw);
        // An edit inside something that another mutation added is not a separate difference.
        const clashes =
          made === undefined ||
          made.change === 'none' ||
          [...wanted.keys()].some((key) => clash(key, `${made.kind} ${JSON.stringify(made.path)}`));
        if (clashes) Object.assign(edited, before);
        else {
          wanted.set(`${made.kind} ${JSON.stringify(made.path)}`, made.change);
          names.push(mutation.name);
        }
      }
      const right = draw(2) === 0 ? textOf(edited) : restyled(textOf(edited), draw);
      const { changes, problems } = diffManifests(textOf(objectsOf(source)), right, { showSecrets: true });
      const found = changes.map(({ object, path, change }) => `${object.kind} ${JSON.stringify(path)} ${change}`);
      assert.deepEqual(problems, []);
      assert.deepEqual(
        found.sort(byPath),
        [...wanted].map(([key, change]) => `${key} ${change}`).sort(byPath),
        `round ${round}: ${names.join(', ')}`,
      );
    }
  });

  test(`${release.name}: another order, layout or spelling is no difference`, () => {
    for (let round = 0; round < rounds; round++) {
      const draw = drawFrom(7 + place * 1000 + round);
      const { changes } = diffManifests(release.manifest, restyled(textOf(objectsOf(release.live)), draw));
      assert.deepEqual(changes, []);
    }
  });
}

test('the edits of these tests are edits', () => {
  const tried = new Set<string>();
  for (const { live } of releases) {
    for (const mutation of mutations) {
      const edited = objectsOf(live);
      const made = mutation.apply(edited, drawFrom(3));
      if (made === undefined || made.change === 'none') continue;
      tried.add(mutation.name);
      assert.equal(diffManifests(live, textOf(edited)).changes.length, 1, mutation.name);
    }
  }
  assert.deepEqual([...tried].sort(byPath), mutations.map(({ name }) => name).sort(byPath));
});

test('a JSON patch turns the left into the right', () => {
  for (const [place, release] of releases.entries()) {
    for (let round = 0; round < rounds; round++) {
      const draw = drawFrom(99 + place * 1000 + round);
      const edited = objectsOf(release.live);
      for (const mutation of drawMutations(draw)) mutation.apply(edited, draw);
      const right = restyled(textOf(edited), draw);
      reaches(draw(2) === 0 ? release.manifest : release.live, right);
    }
  }
});

test('a JSON patch leads from any release to any other', () => {
  for (const [place, left] of releases.entries()) {
    for (const step of [1, 4]) reaches(left.manifest, releases[(place + step) % releases.length]?.live ?? '');
  }
});

function reaches(left: string, right: string): void {
  const options = { showSecrets: true };
  const { objects } = readSide(left, { name: 'left', namespace: 'gloo-system' });
  const document = structuredClone(asList(objects)) as ValueMap;
  const operations = patchManifests(left, right, options);
  for (const { op } of operations) assert.ok(['add', 'remove', 'replace'].includes(op));
  const failures = applyPatch(document, structuredClone([...operations]) as Operation[]).filter(Boolean);
  assert.deepEqual(failures, []);
  const items = document['items'];
  const patched = Array.isArray(items) ? items.filter(isMap) : [];
  assert.deepEqual(diffManifests(patched, right, options).changes, []);
}

function clash(a: string, b: string): boolean {
  const [x, y] = [a.slice(0, -1), b.slice(0, -1)];
  return x.startsWith(y) || y.startsWith(x);
}

/**
 * Regenerates `schema/defaults.yaml` from the recorded default values of the real chart (see chart-facts.ts), and the
 * digests of both `schema/defaults.yaml` and `schema/values.yaml`. The latter is maintained by hand: the tests report
 * where it differs from the facts. Run it when there are newer facts: `node --import tsx scripts/import-facts.ts`.
 */
import { writeFileSync } from 'node:fs';
import { dump } from 'js-yaml';
import { expressRange } from '../src/chart/express.ts';
import { isMap, type Value, type ValueMap } from '../src/value.ts';
import { defaultsDigestFile, digestDefaults, digestValues, valueRow, valuesDigestFile } from './chart-digests.ts';
import { readDefaultsFacts, readValueFacts } from './chart-facts.ts';
import { readReleases } from './chart-sources.ts';

const header = `# The default values of Gloo's chart in every release. A key may be followed by the releases that have it: all releases that have
# the map around it where nothing follows. \`$release\` stands for the release's own number. Sorted; ranges are read as in features.yaml.

`;

const releases = readReleases();
const facts = readDefaultsFacts();
const documents = releases.names.map((name) => {
  const document = facts.get(name);
  if (document === undefined) throw new Error(`no defaults for ${name}`);
  return document;
});

/** The values of one path, by index in the list of releases. */
type Timeline = ReadonlyMap<number, Value>;

/** The tree of schema/defaults.yaml for maps that the given releases have. */
function writeMap(maps: ReadonlyMap<number, ValueMap>): Record<string, unknown> {
  const within = [...maps.keys()];
  const keys = new Set([...maps.values()].flatMap((map) => Object.keys(map)));
  const tree: Record<string, unknown> = {};
  for (const key of [...keys].sort()) {
    const timeline: Timeline = new Map(
      within.flatMap((index) =>
        Object.hasOwn(maps.get(index) ?? {}, key) ? [[index, maps.get(index)?.[key] as Value]] : [],
      ),
    );
    for (const [value, holders] of alternatives(timeline)) {
      const range = expressRange(holders, within, releases.names);
      const inner = new Map(
        [...holders].flatMap((index) => {
          const map = timeline.get(index);
          return isMap(map) ? [[index, map] as const] : [];
        }),
      );
      tree[range === undefined ? key : `${key} ${range}`] = inner.size > 0 ? writeMap(inner) : value;
    }
  }
  return tree;
}

/** The distinct values of a path, oldest first, each with its releases; maps count as one value. */
function alternatives(timeline: Timeline): Map<Value, Set<number>> {
  const distinct = new Map<string, { value: Value; holders: Set<number> }>();
  const literals = fixedNumbers(timeline);
  for (const [index, value] of timeline) {
    const written = value === releases.names[index] && !literals.has(value) ? '$release' : value;
    const key = isMap(value) ? 'map' : JSON.stringify(written);
    const entry = distinct.get(key) ?? { value: written, holders: new Set() };
    entry.holders.add(index);
    distinct.set(key, entry);
  }
  return new Map([...distinct.values()].map(({ value, holders }) => [value, holders]));
}

/**
 * Numbers that occur in other releases, too, and so are not a placeholder for the release's own number: an image tag
 * 1.22.0 in 1.22.1, for example.
 */
function fixedNumbers(timeline: Timeline): Set<Value> {
  return new Set([...timeline].flatMap(([index, value]) => (value === releases.names[index] ? [] : [value])));
}

const tree = writeMap(new Map(documents.map((document, index) => [index, document])));
writeFileSync(new URL('../schema/defaults.yaml', import.meta.url), header + dump(tree, { lineWidth: -1 }));
writeFileSync(
  defaultsDigestFile,
  digestDefaults(releases.names, (index) => documents[index] ?? {}),
);
writeFileSync(
  valuesDigestFile,
  digestValues(readValueFacts(releases.names).map(({ path, type, releases: held }) => valueRow(path, type, held))),
);

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import semver from 'semver';
import { chartOf } from '../../src/chart/chart.ts';
import { expressRange } from '../../src/chart/express.ts';
import { compileRange, includes, intersect, unite } from '../../src/chart/range.ts';
import { findRelease, isStable, newestRelease, releases } from '../../src/chart/releases.ts';
import { compareVersions, formatVersion, parseVersion, type Version } from '../../src/chart/version.ts';

const versions = releases.map((release) => version(release));

function version(text: string): Version {
  const parsed = parseVersion(text);
  assert.ok(parsed, text);
  return parsed;
}

test('every release is a version, and the list is in order without repetition', () => {
  assert.equal(releases.length, 1070);
  assert.equal(releases[0], '1.5.0-beta25');
  assert.equal(newestRelease, '1.22.1');
  releases.forEach((release, index) => {
    assert.equal(formatVersion(version(release)), release);
    const next = versions[index + 1];
    if (next) assert.ok(compareVersions(version(release), next) < 0, `${release} < ${releases[index + 1]}`);
  });
});

test("the order is semver's, except for patches and numbers within prereleases", () => {
  // With a dot before the number, semver compares it as a number, too.
  const dotted = releases
    .filter((release) => !release.includes('patch'))
    .map((release) => release.replace(/(alpha|beta|rc)/, '$1.'));
  assert.deepEqual(semver.sort([...dotted].reverse()), dotted);
  assert.equal(releases.indexOf('1.6.8-patch1'), releases.indexOf('1.6.8') + 1);
  assert.ok(compareVersions(version('1.15.0-0'), version('1.15.0-alpha1')) < 0);
  assert.ok(compareVersions(version('1.14.32'), version('1.15.0-0')) < 0);
});

test('a version may have a leading v, and nothing else is one', () => {
  assert.deepEqual(parseVersion('v1.5.0'), parseVersion('1.5.0'));
  for (const text of [
    '',
    '1',
    '1.5',
    '1.5.x',
    '1.5.0-',
    '1.5.0-beta',
    '1.5.0-gamma1',
    '1.5.0 ',
    'vv1.5.0',
    '1.5.0-beta25-1',
    `1.5.${'9'.repeat(20)}`,
  ])
    assert.equal(parseVersion(text), undefined, text);
});

const anyVersion = fc.constantFrom(...releases);
const dataRange = fc
  .array(fc.tuple(anyVersion, anyVersion), { minLength: 1, maxLength: 4 })
  .map((pairs) => pairs.map(([from, to]) => `>=${from} <${to}`).join(' || '));

test('a compiled range holds exactly the releases for which its comparators hold', () => {
  fc.assert(
    fc.property(dataRange, (range) => {
      const intervals = compileRange(range, versions);
      assert.ok(intervals);
      versions.forEach((candidate, index) => {
        const holds = range.split(' || ').some((part) => {
          const [from = '', to = ''] = part.replace('>=', '').split(' <');
          return compareVersions(candidate, version(from)) >= 0 && compareVersions(candidate, version(to)) < 0;
        });
        assert.equal(includes(intervals, index), holds, `${releases[index]} in ${range}`);
      });
      assert.ok(
        intervals.every((position, i) => i === 0 || position > (intervals[i - 1] ?? 0)),
        'apart and in order',
      );
    }),
    { numRuns: 60 },
  );
});

test('intervals are united and intersected release by release', () => {
  fc.assert(
    fc.property(dataRange, dataRange, (left, right) => {
      const a = compileRange(left, versions) ?? [];
      const b = compileRange(right, versions) ?? [];
      const both = intersect(a, b);
      const either = unite([a, b]);
      releases.forEach((_, index) => {
        assert.equal(includes(both, index), includes(a, index) && includes(b, index));
        assert.equal(includes(either, index), includes(a, index) || includes(b, index));
      });
    }),
    { numRuns: 60 },
  );
});

test('a set of releases written as a range compiles to that set', () => {
  fc.assert(
    fc.property(dataRange, dataRange, (wantedRange, withinRange) => {
      const within = releases.flatMap((_, index) =>
        includes(compileRange(withinRange, versions) ?? [], index) ? [index] : [],
      );
      const wanted = new Set(within.filter((index) => includes(compileRange(wantedRange, versions) ?? [], index)));
      if (wanted.size === 0) return;
      const range = expressRange(wanted, within, releases);
      const intervals = range === undefined ? [0, releases.length] : (compileRange(range, versions) ?? []);
      for (const index of within)
        assert.equal(includes(intervals, index), wanted.has(index), `${releases[index]} in ${range}`);
    }),
    { numRuns: 60 },
  );
});

test('of stable releases, ranges hold the same as npm says', () => {
  const ranges = [
    '1.17',
    '1.17.x',
    '1.x',
    '1',
    '*',
    '^1.20',
    '^1.20.3',
    '~1.20',
    '~1.20.3',
    '~> 1.20.3',
    '>=1.18 <1.20',
    '>1.18',
    '<=1.18',
    '>1.18.2',
    '<=1.18.2',
  ];
  ranges.push(
    '<1.18',
    '=1.18.2',
    '1.18 - 1.20',
    '1.18.3 - 1.20.4',
    '1.6 || >=1.22.0',
    '>= 1.21',
    'v1.17',
    '>=v1.17.3',
    '~1',
    '1.9.25',
    '^0.5',
    '^0.5.1',
    '2.x',
  );
  for (const range of ranges) {
    const intervals = compileRange(range, versions);
    assert.ok(intervals, range);
    const ours = releases.filter((release, index) => isStable(release) && includes(intervals, index));
    const theirs = releases.filter((release) => isStable(release) && semver.satisfies(release, range));
    assert.deepEqual(ours, theirs, range);
  }
  for (const text of ['abc', '>=', '1.2.3.4', '>=1.x.3', '1.17 beta', '||x', '1.17 ||', '>>1.2', '^^1'])
    assert.equal(compileRange(text, versions), undefined, text);
});

test('a release is found by its name, its line and a range', () => {
  const found: Record<string, string> = {
    '1.5.0': '1.5.0',
    'v1.5.0': '1.5.0',
    ' 1.6.8-patch2\n': '1.6.8-patch2',
    '1.20.0-beta3': '1.20.0-beta3',
    '1.17': '1.17.38',
    'v1.17': '1.17.38',
    '1.x': '1.22.1',
    '^1.20': '1.22.1',
    '~1.20.3': '1.20.22',
    '>=1.18 <1.20': '1.19.20',
    '>=1.6.8 <1.6.9': '1.6.8',
    '<1.5.0': '1.5.0-beta28',
    '>=1.21.0-alpha1 <1.21.0': '1.21.0-beta18',
  };
  for (const [text, release] of Object.entries(found)) assert.equal(findRelease(text), release, text);
  for (const release of releases) assert.equal(findRelease(release), release);
});

test('a release that is not there is a problem that says what is', () => {
  const said = (text: string): string => {
    const found = findRelease(text);
    assert.ok(typeof found === 'object', text);
    assert.equal(found.code, 'unknown-release');
    assert.equal(found.severity, 'error');
    return `${found.message} ${found.hint}`;
  };
  assert.match(said('1.9.25'), /no release 1\.9\.25.*1\.9\.24 and 1\.9\.26/);
  assert.match(said('1.9.99'), /nearest known: 1\.9\.30\./);
  assert.match(said('1.17.0-beta99'), /1\.17\.0-beta35 and 1\.17\.0-rc1/);
  assert.match(said('1.22.7'), /newer than .* 1\.22\.1/);
  assert.match(said('1.23'), /newer than .* 1\.22\.1/);
  assert.match(said('1.4.12'), /older than 1\.5\.0-beta25.*glistio inject/);
  assert.match(said('1.4.9'), /From 1\.4\.10 on/);
  assert.match(said('~1.4.10'), /older than 1\.5\.0-beta25/);
  assert.match(said('1.5.0-beta24'), /older than 1\.5\.0-beta25.*glistio inject/);
  for (const text of ['2.0.0', '^2', '2.x', 'v2.1.0-beta1']) assert.match(said(text), /kgateway/);
  assert.match(said('>=1.20 <1.19'), /No release/);
  for (const text of ['latest', '', '  ', '1.17 or so', '1.5.0;rm'])
    assert.match(said(text), /is not a release.*\^1\.22/);
});

test('a chart is made once and its defaults are frozen', () => {
  const chart = chartOf('1.22.1');
  assert.equal(chartOf('1.22.1'), chart);
  assert.equal(chart.index, releases.length - 1);
  assert.equal(chart.defaults(), chart.defaults());
  assert.ok(Object.isFrozen(chart.defaults()['gatewayProxies']));
  assert.throws(() => chartOf('v1.22.1'), RangeError);
});

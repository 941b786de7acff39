import { isTooDeep } from '../../depth.ts';
import { isMap, type ValueMap } from '../../value.ts';
import type { Source } from '../../yaml/read.ts';
import { decodeRelease, pickRelease, type Release, readRelease, recordIn } from '../release.ts';
import type { FileObject } from './documents.ts';
import { problemAt, type Recognised, refused, type Said } from './recognised.ts';

/** Whether Helm keeps a release in this object. */
export function isRecord({ value }: FileObject): boolean {
  return recordIn(value) !== undefined || isRelease(value);
}

/** A release itself, as JSON from `helm` or from a record. */
function isRelease({ manifest, chart, info }: ValueMap): boolean {
  return typeof manifest === 'string' && isMap(chart) && isMap(chart['metadata']) && isMap(info);
}

/** A text that is only an encoded record, as an object that contains it. */
export function bareRecord({ name, text }: Source): FileObject | undefined {
  if (!/^\s{0,100}(?:H4sI|SDRzS)[A-Za-z0-9+/]/.test(text) || !/^[A-Za-z0-9+/=\s]+$/.test(text)) return undefined;
  const value = { kind: 'Secret', type: 'helm.sh/release.v1', data: { release: text } };
  return { value, place: () => ({ line: 1, column: 1 }), source: { name, text } };
}

/** The user's values of the deployed release, among the records of a file. */
export function readRecords(objects: readonly FileObject[]): Recognised {
  const releases: { readonly release: Release; readonly object: FileObject }[] = [];
  for (const object of objects) {
    try {
      const release = isRelease(object.value) ? readRelease(object.value) : decodeRelease(recordIn(object.value) ?? '');
      if (isTooDeep(release.values)) throw new Error('its values are nested too deeply');
      releases.push({ release, object });
    } catch (error) {
      const message = `This does not contain a readable Helm release: ${error instanceof Error ? error.message : 'no reason'}.`;
      const hint = 'kubectl get secret sh.helm.release.v1.NAME.vN -o yaml prints one';
      return refused(problemAt(object, ['data', 'release'], { code: 'bad-record', message, hint }));
    }
  }
  const picked = pickRelease(releases.map(({ release }) => release));
  const found = releases.find(({ release }) => release === picked) ?? (releases.length === 1 ? releases[0] : undefined);
  const [first] = releases;
  if (found === undefined) {
    const revisions = releases
      .map(({ release }) => `${release.name} ${release.revision} (${release.status})`)
      .join(', ');
    const message = `None of these Helm releases is deployed: ${revisions}.`;
    const what = { code: 'several-sources', message, hint: 'give the record of one revision' };
    return refused(first === undefined ? { severity: 'error', ...what } : problemAt(first.object, ['kind'], what));
  }
  const { release, object } = found;
  const node = { value: release.values, place: () => object.place(['data', 'release'], 'key') };
  const by = `release ${release.name} revision ${release.revision}`;
  return {
    parts: [{ kind: 'values', node }],
    said: { file: object.source.name, by, ...saidByRelease(release) },
    problems: [],
  };
}

/** What a record says about chart, namespace and name; for a chart that wraps Gloo's, also how. */
export function saidByRelease({ name, namespace, chart }: Release): Omit<Said, 'by' | 'file'> {
  const installed = {
    ...(name === '' ? {} : { releaseName: name }),
    ...(namespace === '' ? {} : { namespace }),
  };
  if (chart.name === 'gloo') return { ...installed, ...(chart.version === '' ? {} : { chartVersion: chart.version }) };
  const dependency = chart.dependencies.find((one) => one.name === 'gloo' || one.key === 'gloo');
  const partialOf = dependency === undefined ? placeOfGloo(chart.values) : [dependency.key];
  return {
    ...installed,
    chart: `${chart.name} ${chart.version}`.trimEnd(),
    // A range such as ~1.17.0 is what was requested; its newest release need not be the one that was installed.
    ...(dependency !== undefined && /^v?\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(dependency.version)
      ? { chartVersion: dependency.version }
      : {}),
    partialOf: partialOf ?? ['gloo'],
    wrapperValues: chart.values,
  };
}

/** Helm completes a chart's values with those of its dependencies, which reveals where Gloo's own are. */
function placeOfGloo(values: ValueMap): readonly string[] | undefined {
  for (const [key, inner] of Object.entries(values)) if (isMap(inner) && isMap(inner['gatewayProxies'])) return [key];
  for (const [key, inner] of Object.entries(values)) {
    const deeper = isMap(inner)
      ? Object.entries(inner).find(([, one]) => isMap(one) && isMap(one['gatewayProxies']))
      : undefined;
    if (deeper !== undefined) return [key, deeper[0]];
  }
  return undefined;
}

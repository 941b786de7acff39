/** Compiles `schema/features.yaml`. */
import type { Intervals } from '../src/chart/range.ts';
import { compileDataRange, isRecord, type ReleaseList, readYaml } from './chart-sources.ts';

export interface FeatureSource {
  readonly name: string;
  /** The releases that have it. */
  readonly in: string;
  /** A one-line description. */
  readonly what: string;
}

/** The entries of `schema/features.yaml` as written. Throws an error that names the entry if one is invalid. */
export function readFeatures(): FeatureSource[] {
  const source = readYaml('schema/features.yaml');
  if (!isRecord(source)) throw new Error('schema/features.yaml: expected a map of features');
  return Object.entries(source).map(([name, entry]) => {
    if (!isRecord(entry) || typeof entry['in'] !== 'string' || typeof entry['what'] !== 'string')
      throw new Error(`schema/features.yaml: ${name}: expected { in: "<range>", what: "one line" }`);
    return { name, in: entry['in'], what: entry['what'] };
  });
}

/** The releases of every feature. Throws an error that names the feature if its range is invalid. */
export function compileFeatures(releases: ReleaseList): Record<string, Intervals> {
  return Object.fromEntries(
    readFeatures().map((feature) => {
      try {
        return [feature.name, compileDataRange(feature.in, releases)];
      } catch (error) {
        throw new Error(`schema/features.yaml: ${feature.name}: ${error instanceof Error ? error.message : error}`);
      }
    }),
  );
}

/** Faults in features that do compile: names, unknown keys, and the oldest feature not first. */
export function lintFeatures(releases: ReleaseList): string[] {
  const source = readYaml('schema/features.yaml') as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  const first = compileFeatures(releases);
  const names = Object.keys(first);
  return names.flatMap((name, i) => {
    const complaints: string[] = [];
    if (!/^[a-z][A-Za-z0-9]*$/.test(name)) complaints.push(`${name}: a feature is named in camelCase`);
    for (const key of Object.keys(source[name] ?? {}))
      if (key !== 'in' && key !== 'what')
        complaints.push(`${name}: "${key}" means nothing here; is a text with a comma not in quotes?`);
    const previous = names[i - 1];
    if (previous !== undefined && (first[name]?.[0] ?? 0) < (first[previous]?.[0] ?? 0))
      complaints.push(`${name}: belongs before ${previous}; the oldest feature comes first`);
    return complaints;
  });
}

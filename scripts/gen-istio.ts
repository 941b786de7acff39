/** Compiles `schema/istio.yaml` into `src/istio/data.gen.ts`. */
import { parseRange } from '../src/chart/range.ts';
import type { IstioInterval } from '../src/istio/version.ts';
import { isRecord, readYaml } from './chart-sources.ts';
import type { GeneratedFile } from './gen.ts';

export default function generateIstio(): readonly GeneratedFile[] {
  const features = compileIstioFeatures(readYaml('schema/istio.yaml'));
  const names = Object.keys(features).map((name) => `\n  | '${name}'`);
  const text =
    '// Made by `npm run gen` from schema/; not to be edited.\n' +
    `export const istioFeaturesJson: string =\n  '${JSON.stringify(features)}';\n` +
    `export type IstioFeature =${names.join('')};\n`;
  return [{ path: 'src/istio/data.gen.ts', text }];
}

/** The version intervals of every feature. Throws, naming the feature, when an entry is malformed. */
export function compileIstioFeatures(source: unknown): Record<string, readonly IstioInterval[]> {
  if (!isRecord(source)) throw new Error('schema/istio.yaml: expected a map of features');
  return Object.fromEntries(
    Object.entries(source).map(([name, entry]) => {
      if (!isRecord(entry) || typeof entry['in'] !== 'string' || typeof entry['what'] !== 'string')
        throw new Error(`schema/istio.yaml: ${name}: expected { in: "<range>", what: "one line" }`);
      const bounds = parseRange(entry['in']);
      if (bounds === undefined) throw new Error(`schema/istio.yaml: ${name}: ${entry['in']} is not a range`);
      return [
        name,
        bounds.map(
          ({ from, to }): IstioInterval => ({
            from: [from.major, from.minor, from.patch],
            to: to === undefined ? null : [to.major, to.minor, to.patch],
          }),
        ),
      ];
    }),
  );
}

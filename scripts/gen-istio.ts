/** Compiles `schema/istio.yaml` and `schema/translator.yaml` for `src/objects`, `src/istio` and `src/rules`. */
import { type Intervals, parseRange } from '../src/chart/range.ts';
import type { IstioInterval } from '../src/objects/istio-version.ts';
import { compileDataRange, isRecord, isStringList, readReleases, readYaml } from './chart-sources.ts';
import type { GeneratedFile } from './gen.ts';

export default function generateIstio(): readonly GeneratedFile[] {
  const istio = compileIstioFeatures(readYaml('schema/istio.yaml'));
  const gloo = compileGlooFeatures(readYaml('schema/translator.yaml'));
  const banner = '// Made by `npm run gen` from schema/; not to be edited.\n';
  const versions =
    banner +
    table('istioFeaturesJson', 'IstioFeature', istio) +
    `export const istioNotesJson: string =\n  ${quoted(notesOf(readYaml('schema/istio.yaml')))};\n`;
  const text =
    banner +
    table('glooFeaturesJson', 'GlooFeature', gloo) +
    `export const newestIstioPatchesJson: string =\n  '${JSON.stringify(readTags(readYaml('schema/istio-tags.yaml')))}';\n`;
  // For the rules, which are below src/istio.
  const forRules =
    banner +
    `export const supportedIstioJson: string =\n  '${JSON.stringify(readSupport(readYaml('schema/istio-support.yaml')))}';\n` +
    `export const upstreamSdsAlpnJson: string =\n  '${JSON.stringify(gloo['upstreamSdsAlpn'])}';\n`;
  return [
    { path: 'src/objects/istio.gen.ts', text: versions },
    { path: 'src/istio/data.gen.ts', text },
    { path: 'src/rules/istio-data.gen.ts', text: forRules },
  ];
}

function table(name: string, type: string, features: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(features).map((feature) => `\n  | '${feature}'`);
  return `export const ${name}: string =\n  '${JSON.stringify(features)}';\nexport type ${type} =${names.join('')};\n`;
}

/** A description of each feature of Istio. */
function notesOf(source: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(rowsOf('schema/istio.yaml', source).map(({ name, what }) => [name, what]));
}

/** JSON as a string literal. */
function quoted(value: unknown): string {
  return `'${JSON.stringify(value).replace(/[\\']/g, '\\$&')}'`;
}

interface Row {
  readonly name: string;
  readonly what: string;
  readonly range: string;
}

function rowsOf(file: string, source: unknown): Row[] {
  if (!isRecord(source)) throw new Error(`${file}: expected a map of features`);
  return Object.entries(source).map(([name, entry]) => {
    if (!isRecord(entry) || typeof entry['in'] !== 'string' || typeof entry['what'] !== 'string')
      throw new Error(`${file}: ${name}: expected { in: "<range>", what: "one line" }`);
    return { name, range: entry['in'], what: entry['what'] };
  });
}

/**
 * The releases of every control plane feature, as indexes into the list of releases. Throws an error that names the
 * feature.
 */
export function compileGlooFeatures(source: unknown): Record<string, Intervals> {
  const releases = readReleases();
  return Object.fromEntries(
    rowsOf('schema/translator.yaml', source).map(({ name, range }) => {
      try {
        return [name, compileDataRange(range, releases)];
      } catch (error) {
        throw new Error(`schema/translator.yaml: ${name}: ${error instanceof Error ? error.message : error}`);
      }
    }),
  );
}

/** The version intervals of every feature of Istio. Throws an error that names the feature if an entry is malformed. */
export function compileIstioFeatures(source: unknown): Record<string, readonly IstioInterval[]> {
  return Object.fromEntries(
    rowsOf('schema/istio.yaml', source).map(({ name, range }) => {
      const bounds = parseRange(range);
      if (bounds === undefined) throw new Error(`schema/istio.yaml: ${name}: ${range} is not a range`);
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

/** The validated table of supported versions: for each line of Gloo the first and the last minor version of Istio. */
function readSupport(source: unknown): Readonly<Record<string, readonly string[]>> {
  const isMinor = (text: unknown): text is string => typeof text === 'string' && /^1\.\d+$/.test(text);
  if (!isRecord(source)) throw new Error('schema/istio-support.yaml: expected a map');
  return Object.fromEntries(
    Object.entries(source).map(([line, range]) => {
      if (!isMinor(line) || !isStringList(range) || range.length !== 2 || !range.every(isMinor))
        throw new Error(`schema/istio-support.yaml: ${line}: expected ["1.x", "1.y"]`);
      return [line, range];
    }),
  );
}

/** The newest known patch release of each line of Istio, by its last number. */
function readTags(source: unknown): Readonly<Record<string, number>> {
  if (!isRecord(source)) throw new Error('schema/istio-tags.yaml: expected a map');
  return Object.fromEntries(
    Object.entries(source).map(([line, patch]) => {
      if (!/^1\.\d+$/.test(line) || typeof patch !== 'number')
        throw new Error(`schema/istio-tags.yaml: ${line}: expected 1.x: N`);
      return [line, patch];
    }),
  );
}

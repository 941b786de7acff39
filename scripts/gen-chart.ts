/**
 * Compiles `schema/` into the modules of `src/chart/`: ranges become indexes into the list of releases, documents
 * become JSON.
 */

import { compileDefaults } from './chart-defaults.ts';
import { compileEnvoyVersions } from './chart-envoy.ts';
import { compileFeatures, readFeatures } from './chart-features.ts';
import { readReleases } from './chart-sources.ts';
import { compileValues } from './chart-values.ts';
import type { GeneratedFile } from './gen.ts';

export default function generateChart(): readonly GeneratedFile[] {
  const releases = readReleases();
  const { words, $defs, ...document } = compileValues(releases);
  const { kubernetes: _kubernetes, ...shapes } = $defs; // has its own module: src/schema/kubernetes.gen.ts
  const features = compileFeatures(releases);
  const featureNames = Object.keys(features).map((name) => `\n  | '${name}'`);
  return [
    module(
      'src/chart/data.gen.ts',
      {
        releaseNames: releases.names.join(' '),
        featureReleases: JSON.stringify(features),
        envoyReleases: JSON.stringify(compileEnvoyVersions(releases)),
      },
      `export type FeatureName =${featureNames.join('')};\n`,
    ),
    module('src/chart/features.gen.ts', {
      featureNotes: JSON.stringify(Object.fromEntries(readFeatures().map(({ name, what }) => [name, what]))),
    }),
    module('src/chart/defaults.gen.ts', { defaultsJson: JSON.stringify(compileDefaults(releases)) }),
    module('src/chart/values.gen.ts', { valuesJson: JSON.stringify({ ...document, $defs: shapes }) }),
    module('src/chart/words.gen.ts', { wordsJson: JSON.stringify(words) }),
  ];
}

type Texts = Readonly<Record<string, string | readonly string[]>>;

/**
 * A module of strings. V8 reads a string much faster than the object that it describes, and the runtime parses only
 * what it needs.
 */
function module(path: string, texts: Texts, types = ''): GeneratedFile {
  const quoted = (text: string): string => `'${text.replace(/['\\]/g, '\\$&')}'`;
  const lines = Object.entries(texts).map(([name, text]) =>
    typeof text === 'string'
      ? `export const ${name}: string =\n  ${quoted(text)};\n`
      : `export const ${name}: readonly string[] = [\n  ${text.map(quoted).join(',\n  ')},\n];\n`,
  );
  return { path, text: `// Made by \`npm run gen\` from schema/; not to be edited.\n${lines.join('')}${types}` };
}

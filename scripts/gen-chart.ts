/** Compiles `schema/` into the modules of `src/chart/`: ranges become positions in the list of releases, documents become JSON. */

import type { CompiledField, CompiledType, CompiledValues } from '../src/schema/values-model.ts';
import { compileDefaults } from './chart-defaults.ts';
import { compileEnvoyVersions } from './chart-envoy.ts';
import { compileFeatures, readFeatures } from './chart-features.ts';
import { readReleases } from './chart-sources.ts';
import { compileValues } from './chart-values.ts';
import type { GeneratedFile } from './gen.ts';

export default function generateChart(): readonly GeneratedFile[] {
  const releases = readReleases();
  const { words, ...model } = compileValues(releases);
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
    module('src/chart/values.gen.ts', valuesTexts(model)),
    module('src/chart/words.gen.ts', { wordsJson: JSON.stringify(words) }),
  ];
}

/** The model of the values with the fields of every shape in a text of their own. */
function valuesTexts({ types, values, ranges }: Omit<CompiledValues, 'words'>): Texts {
  const shapeTexts: string[] = [];
  const valuesJson = JSON.stringify({
    ranges,
    types: Object.fromEntries(Object.entries(types).map(([name, shape]) => [name, typeApart(shape)])),
    values: values.map(fieldApart),
  });
  return { valuesJson, shapeTexts };

  function typeApart(type: CompiledType): CompiledType {
    if (typeof type === 'string' || 'text' in type) return type;
    if ('list' in type) return { list: typeApart(type.list) };
    if ('map' in type) return { map: typeApart(type.map) };
    const { base, fields } = type;
    const text = shapeTexts.push(JSON.stringify(fields.map(fieldApart))) - 1;
    return base === undefined ? { text } : { base, text };
  }

  function fieldApart([name, type, range, notes]: CompiledField): unknown[] {
    const apart = notes?.takes === undefined ? notes : { ...notes, takes: typeApart(notes.takes) };
    return [name, typeApart(type), range, apart].slice(0, notes ? 4 : range === undefined ? 2 : 3);
  }
}

type Texts = Readonly<Record<string, string | readonly string[]>>;

/** A module of strings. V8 reads a string far faster than the object it describes, and the runtime parses only what it needs. */
function module(path: string, texts: Texts, types = ''): GeneratedFile {
  const quoted = (text: string): string => `'${text.replace(/['\\]/g, '\\$&')}'`;
  const lines = Object.entries(texts).map(([name, text]) =>
    typeof text === 'string'
      ? `export const ${name}: string =\n  ${quoted(text)};\n`
      : `export const ${name}: readonly string[] = [\n  ${text.map(quoted).join(',\n  ')},\n];\n`,
  );
  return { path, text: `// Made by \`npm run gen\` from schema/; not to be edited.\n${lines.join('')}${types}` };
}

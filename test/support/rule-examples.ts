import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Problem } from '../../src/problem.ts';
import { isMap } from '../../src/value.ts';
import { type ValidateOptions, validateValues } from '../../src/verbs/validate.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { normalise } from './golden.ts';

/** Values for which a rule finds something, and values for which it does not. */
export interface RuleExample {
  readonly fails: Case;
  readonly passes: Case;
  /** The place in the failing values: `line:column`. */
  readonly at: string;
  /** The message, and the hint in brackets. */
  readonly says: string;
}

export interface Case {
  readonly values: string;
  readonly release: string;
  /** Input about the mesh and the cluster in addition to the values. */
  readonly mesh?: Pick<ValidateOptions, 'istioVersion' | 'istioRevision' | 'istiod' | 'kubeVersion'>;
}

export const exampleFolder = 'test/rules';

/** The codes that have examples. */
export function exampleCodes(): string[] {
  return readdirSync(exampleFolder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.replace(/\.yaml$/, ''));
}

/** The examples of a rule; throws if there are none. */
export function readExample(code: string): RuleExample {
  const path = `${exampleFolder}/${code}.yaml`;
  if (!existsSync(path)) throw new Error(`${path} is missing: each rule has a failing and a passing example`);
  const { value } = readYaml({ name: path, text: normalise(readFileSync(path, 'utf8')) });
  const text = (key: string, fallback = ''): string => String((isMap(value) ? value[key] : undefined) ?? fallback);
  const options = ['istioVersion', 'istioRevision', 'kubeVersion']
    .filter((key) => text(key) !== '')
    .map((key) => [key, text(key)]);
  const meshFor = (key: string): Pick<Case, 'mesh'> => {
    const istiod = text(key) === '' ? [] : [['istiod', { name: 'istiod.yaml', text: text(key) }]];
    const all = [...options, ...istiod];
    return all.length === 0 ? {} : { mesh: Object.fromEntries(all) };
  };
  return {
    fails: { values: text('fails'), release: text('release'), ...meshFor('istiod') },
    passes: { values: text('passes'), release: text('passesRelease', text('release')), ...meshFor('passesIstiod') },
    at: text('at'),
    says: text('says'),
  };
}

/** What the rule of a code finds in a case. */
export function findIn({ values, release, mesh }: Case, code: string): Problem[] {
  const { problems } = validateValues({
    values: [{ name: 'values.yaml', text: values }],
    chartVersion: release,
    lint: true,
    ...mesh,
  });
  return problems.filter((problem) => problem.code === code);
}

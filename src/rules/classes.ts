import { ruleGroups, rules } from './all.ts';

/** What `--fail-on` and `failOn` accept besides severities and single codes. */
export const codeClasses = ['run-time', 'no-effect', 'deprecated', 'lint'] as const;
export type CodeClass = (typeof codeClasses)[number];

const noEffect = [
  'unknown-value',
  'value-of-another-release',
  'ignored-value',
  'unknown-field',
  'outside-gloo',
  'value-of-wrapping-chart',
  'values-not-used',
];

/**
 * The codes of a class. `run-time`: accepted by the API server and Envoy, but does not work; `no-effect`: values that
 * nothing reads or that are overridden; `deprecated`: still works; `lint`: policy.
 */
export function codesOfClass(name: CodeClass): readonly string[] {
  switch (name) {
    case 'run-time':
      return warningsOf('run-time');
    case 'no-effect':
      return [...noEffect, ...warningsOf('no-effect')];
    case 'deprecated':
      return ['deprecated-value'];
    case 'lint':
      return rules.filter(({ lint }) => lint === true).map(({ code }) => code);
  }
}

/** Problems that are merely worth knowing are in no class. */
function warningsOf(kind: 'run-time' | 'no-effect'): string[] {
  return ruleGroups
    .filter(({ warnsOf }) => warnsOf === kind)
    .flatMap((group) => group.rules.filter(({ severity }) => severity === 'warning').map(({ code }) => code));
}

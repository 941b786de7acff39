import { codes } from '../rules/codes.ts';
import { type Ignored, ignoresOf, withoutIgnored } from '../rules/ignore.ts';
import { rules } from '../rules/all.ts';
import { findByMeaning } from '../rules/run.ts';
import { type Prepared, placed, prepare, type RequestOptions } from './prepare.ts';
import { formatPath, hasErrors, oncePerPath, type Problem, sortProblems } from '../problem.ts';
import { checkValues } from '../schema/check.ts';

export type ValidateOptions = RequestOptions & {
  /** Also the checks of policy (`latest-tag`, `run-as-non-root` …). */
  readonly lint?: boolean;
  /** Codes not to report; what makes values unreadable is reported all the same. */
  readonly ignore?: readonly string[];
};

export interface Validation {
  /** By file and line. */
  readonly problems: readonly Problem[];
  /** The release that the values were checked for; empty when none was found. */
  readonly chartVersion: string;
}

/**
 * Everything that is wrong, or worth knowing, about values for a release of Gloo's chart: how they are written, whether the
 * release has them and with which types, and what they mean for the proxies' pods. Nothing throws for bad input.
 */
export function validateValues(options: ValidateOptions = {}): Validation {
  const prepared = prepare(options);
  if (!('chart' in prepared)) return { problems: prepared.problems, chartVersion: '' };
  const { chart, layers, problems } = prepared;
  if (hasErrors(layers.problems)) return { problems: sortProblems(problems), chartVersion: chart.release };
  const ignores = ignoresOf(options.values);
  const wanted = new Set(options.ignore ?? []);
  const found = [
    ...findProblems(prepared, options.lint === true),
    ...[...ignores].flatMap(([file, { named }]) => unknownCodes(file, named)),
  ];
  const kept = withoutIgnored(found, ignores).filter(({ code }) => !wanted.has(code));
  return { problems: sortProblems(kept), chartVersion: chart.release };
}

/** What reading, schema, model and rules say, each thing once. */
function findProblems({ chart, layers, values, proxies, problems }: Prepared, lint: boolean): Problem[] {
  const active = lint ? rules : rules.filter((rule) => rule.lint !== true);
  const bySchema = checkValues(layers.values, chart).map(({ at, ...problem }) => placed(problem, layers, at));
  const findings = findByMeaning({ chart, values, given: layers.values, proxies }, active);
  const byRules = findings.map(({ rule, path, message, hint, severity, at }) => {
    const advice = hint === undefined ? {} : { hint };
    const problem = {
      code: rule.code,
      severity: severity ?? rule.severity,
      message,
      path: formatPath(path),
      ...advice,
    };
    return placed(problem, layers, at);
  });
  // A rule knows more about a value than whether the release has it.
  const explained = new Set(
    byRules.filter(({ code }) => code === 'integration-adds-no-sidecars').map(({ path }) => path),
  );
  const refused = new Set(byRules.filter(({ code }) => code === 'invalid-bootstrap').map(({ path }) => path));
  const others = bySchema.filter(
    ({ path = '', code, severity }) =>
      !(explained.has(path) && code === 'value-of-another-release') &&
      // Envoy's own word is more than a suspicion.
      !(refused.has(path) && severity !== 'error' && aboutContent.has(code)),
  );
  return oncePerPath([...problems.map((problem) => placed(problem, layers)), ...others, ...byRules]);
}

/** Codes of the schema for a value that is of the wrong kind. */
const aboutContent = new Set(['out-of-range', 'unknown-choice', 'loose-type', 'wrong-type']);

function unknownCodes(file: string, named: Ignored['named']): Problem[] {
  return named
    .filter(({ code }) => !codes.has(code))
    .map(({ code, line, column }) => ({
      code: 'unknown-ignore',
      severity: 'warning',
      message: `There is no problem with the code ${code}, so this comment ignores nothing.`,
      file,
      line,
      column,
      endColumn: column + code.length,
      hint: 'docs/rules.md lists the codes.',
    }));
}

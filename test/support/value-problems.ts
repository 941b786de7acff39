import type { Chart } from '../../src/chart/chart.ts';
import { checkValues, type ValueProblem } from '../../src/schema/check.ts';
import type { ValueMap } from '../../src/value.ts';

/** Everything that is wrong with values for a release. */
export function valueProblems(values: ValueMap, chart: Chart): ValueProblem[] {
  const problems: ValueProblem[] = [];
  checkValues(values, chart, (problem) => problems.push(problem));
  return problems;
}

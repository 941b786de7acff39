import type { Printable } from '../printable.ts';
import { countProblems, type Problem } from '../problem.ts';
import { adviceOf, type FormatOptions, forServices, realFileOf } from './format.ts';
import { html as xml } from './html.ts';

/**
 * Problems as JUnit XML, which CI systems list as tests: a suite for each file, a case for each problem. Problems that
 * cause exit code 1 are failures, all others are skipped cases, with their message. A run without problems is one
 * passed case, because some systems treat a report without cases as missing.
 */
export function formatJunit(given: readonly Problem[], options: FormatOptions): Printable {
  const { chartVersion, fails = isError } = options;
  const problems = forServices(given, options);
  const name = chartVersion === undefined ? 'glistio validate' : `glistio validate for chart ${chartVersion}`;
  const files = new Map<string, Problem[]>();
  for (const problem of problems) {
    const file = problem.file ?? 'values';
    files.set(file, [...(files.get(file) ?? []), problem]);
  }
  const suites = [...files].map(([file, found]) => suiteOf(file, found, fails));
  const nothing = xml`  <testsuite name="values" tests="1" failures="0" skipped="0">\n    <testcase classname="values" name="nothing to report"/>\n  </testsuite>\n`;
  const failures = countProblems(problems.filter(fails));
  return xml`<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${name}" tests="${String(Math.max(problems.length, 1))}" failures="${String(failures)}">\n${suites.length === 0 ? [nothing] : suites}</testsuites>\n`;
}

function isError({ severity }: Problem): boolean {
  return severity === 'error';
}

function suiteOf(file: string, problems: readonly Problem[], fails: (problem: Problem) => boolean): Printable {
  const failures = problems.filter(fails).length;
  return xml`  <testsuite name="${file}" tests="${String(problems.length)}" failures="${String(failures)}" skipped="${String(problems.length - failures)}">\n${problems.map((problem) => caseOf(problem, fails(problem)))}  </testsuite>\n`;
}

function caseOf(problem: Problem, isFailure: boolean): Printable {
  const { code, severity, message, path, line, column } = problem;
  const place = [line, column].filter((part) => part !== undefined).join(':');
  const file = realFileOf(problem);
  const name = [path ?? code, place].filter((part) => part !== '').join(' at ');
  const advice = adviceOf(problem, 'did you mean');
  const detail = advice === undefined ? xml`` : xml`hint: ${advice}`;
  const body = isFailure
    ? xml`<failure type="${code}" message="${message}">${detail}</failure>`
    : xml`<skipped message="${severity}: ${message}"/>`;
  return xml`    <testcase classname="${code}" name="${name}"${file === undefined ? '' : xml` file="${file}"`}${line === undefined ? '' : xml` line="${String(line)}"`}>${body}</testcase>\n`;
}

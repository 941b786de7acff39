/**
 * Every public report about values, kept beside the project: everything that `validate` reports, with place and hint,
 * whether `render` prints something, and, for values of a parent chart, what is reported once the chart is named.
 * test/golden/reports.txt contains it.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Problem, renderGatewayProxies, type ValidateOptions, validateValues } from '../../src/index.ts';
import { matchGolden } from '../support/golden.ts';
import { hasReports, reports } from './corpus.ts';

const golden = 'test/golden/reports.txt';
const skip = !hasReports && 'no reports beside the project';

function described({ severity, code, path = '', file, line, column, hint }: Problem): string {
  const place = line === undefined ? (file ?? '-') : `${line}:${column}`;
  return `  ${severity} ${place} ${path} [${code}]${hint === undefined ? '' : `\n    ${hint}`}\n`;
}

function told({ objects: _, ...options }: ValidateOptions): string {
  const { problems } = validateValues(options);
  const { manifests } = renderGatewayProxies(options);
  const wrapped = /^Say --partial-of ([\w.-]+),/.exec(problems[0]?.hint ?? '')?.[1];
  const within =
    wrapped === undefined ? '' : ` within ${wrapped}\n${told({ ...options, partialOf: wrapped.split('.') })}`;
  const words = problems.length === 0 ? '  nothing\n' : problems.map(described).join('');
  return `${words}  renders ${manifests.map(({ kind, name }) => `${kind}/${name}`).join(' ') || 'nothing'}\n${within}`;
}

test('the answers to the reports', { skip }, () => {
  const seen = new Set<string>();
  const parts = [...reports()].flatMap(({ from, options }) => {
    const title = `${from.split(':')[0]} on ${options.chartVersion ?? 'what the file says'}${options.set === undefined ? '' : ` ${[options.set].flat().join(' ')}`}`;
    const isNew = !seen.has(title + JSON.stringify(options));
    seen.add(title + JSON.stringify(options));
    return isNew ? [`${title}\n${told(options)}`] : [];
  });
  matchGolden(golden, parts.join('\n'));
});

test('no two problems of a report speak of one value, and each that can be mended says how', { skip }, () => {
  for (const { from, options } of reports()) {
    const { problems } = validateValues(options);
    const grave = problems.filter(({ severity }) => severity !== 'info');
    const places = grave.map(
      ({ code, path, file, line, column }) => `${path ?? file} ${line}:${column} ${aside.has(code) ? code : ''}`,
    );
    assert.equal(new Set(places).size, places.length, `${from}: ${places.join()}`);
    for (const { code, path, file, line, hint } of grave) {
      assert.ok(line !== undefined || file?.startsWith('--set'), `${from}: ${code} ${path} has no place`);
      assert.ok(hint !== undefined || unmendable.has(code), `${from}: ${code} ${path} says nothing to do`);
    }
  }
});

/** What is worth knowing of a value besides. */
const aside: ReadonlySet<string> = new Set(['deprecated-value', 'istio-outside-gloo-range']);

/** Only the user knows what these mean. */
const unmendable: ReadonlySet<string> = new Set(['invalid-bootstrap', 'missing-value', 'unknown-value', 'wrong-type']);

test('the file holds each report that it can', { skip }, () => {
  const text = readFileSync(golden, 'utf8');
  for (const { from } of reports()) assert.ok(text.includes(`${from.split(':')[0]} on `), from);
});

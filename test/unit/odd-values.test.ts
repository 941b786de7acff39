/**
 * Odd values, found by random comparisons with real Helm (scripts/compare-chart*.ts) or by hand, and kept because each has
 * problems of its own: all problems in full, and the rendered objects as a digest. That they are as Helm renders them is
 * what those comparisons show; here nothing that was right may change unseen.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Problem } from '../../src/problem.ts';
import { renderGatewayProxies } from '../../src/verbs/render.ts';
import { matchGolden } from '../support/golden.ts';

interface Case {
  readonly chart: string;
  readonly release?: string;
  readonly namespace?: string;
  readonly files: readonly string[];
  readonly set?: readonly string[];
}

const cases = readFileSync('test/unit/odd-values.jsonl', 'utf8')
  .trimEnd()
  .split('\n')
  .map((line): Case => JSON.parse(line));

/** The same text is written once in each part. */
function told({ severity, code, file, line, column, path, message, hint }: Problem, known: Set<string>): string {
  const text = `\n    ${JSON.stringify(message)}${hint === undefined ? '' : `\n    ${JSON.stringify(hint)}`}`;
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  const isKnown = known.has(text);
  known.add(text);
  return `  ${severity} ${place} ${path ?? ''} [${code}]${isKnown ? '' : text}\n`;
}

function outcomeOf(given: Case, known: Set<string>): string {
  const { chart, release = 'gloo', namespace = 'gloo-system', files, set = [] } = given;
  const values = files.map((text, index) => ({ name: `${index}.yaml`, text }));
  const { manifests, problems } = renderGatewayProxies({
    ...{ values, set, chartVersion: chart, releaseName: release, namespace },
  });
  const sum = createHash('sha256').update(manifests.map(({ text }) => text).join('---\n'));
  const said = problems.filter(({ code }) => code !== 'value-of-another-release').map((one) => told(one, known));
  const rendered = manifests.length === 0 ? 'nothing' : sum.digest('hex').slice(0, 12);
  return `${chart} renders ${rendered}\n${said.join('')}`;
}

const together = 20;
for (let start = 0; start < cases.length; start += together)
  test(`odd values ${start} to ${start + together - 1}`, () => {
    const known = new Set<string>();
    const text = cases.slice(start, start + together).map((given) => outcomeOf(given, known));
    matchGolden(`test/golden/odd-values/${String(start).padStart(3, '0')}.txt`, text.join(''));
  });

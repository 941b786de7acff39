/**
 * The recorded cases, the classes of releases with the same answers, and the answers: the chart's own if the recordings
 * are beside the project, otherwise their stored digests.
 */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { ValueMap } from '../../src/value.ts';

export interface Case {
  readonly id: string;
  readonly files: readonly string[];
  /** Helm's release name and namespace. */
  readonly release: string;
  readonly namespace: string;
}

/** Releases with the same answers apart from their own numbers; the first of them was recorded. */
export interface ReleaseClass {
  readonly release: string;
  readonly same: readonly string[];
}

/** The recording of a case: the objects, or Helm's error, and who rejects the objects. */
export interface Answer {
  readonly id: string;
  readonly objects?: readonly ValueMap[];
  readonly error?: string;
  readonly apiServer?: unknown;
  readonly envoy?: unknown;
}

/** Who rejects the chart's output: Helm itself, the API server, Envoy. */
export type Verdict = 'helm' | 'apiServer' | 'envoy';

export function verdictsOf(answer: Answer): Verdict[] {
  if (answer.error !== undefined) return ['helm'];
  return [
    ...(answer.apiServer === undefined ? [] : ['apiServer' as const]),
    ...(answer.envoy === undefined ? [] : ['envoy' as const]),
  ];
}

const recorded = new URL('../../../shared/oracle/chart/', import.meta.url);
const kept = new URL('../oracle/', import.meta.url);
export const keptCasesFile = new URL('chart-cases.jsonl.gz', kept);
export const pinsFile = new URL('chart-digests.txt', kept);

/** Whether the recorded answers themselves are available. */
export const hasAnswers = process.env['GLISTIO_PARITY'] !== 'digests' && existsSync(recorded);
/** Whether nothing is sampled (`npm run test:parity`). */
export const isWhole = process.env['GLISTIO_PARITY'] === 'all';

export function readCases(): Case[] {
  return hasAnswers ? readLines<Case>(readFileSync(new URL('cases.jsonl', recorded), 'utf8')) : readKeptCases();
}

/** The stored cases. */
export function readKeptCases(): Case[] {
  return readLines<Case>(gunzipSync(readFileSync(keptCasesFile)).toString('utf8'));
}

/** Cases as stored in the project. */
export function packCases(cases: readonly Case[]): Buffer {
  const lines = cases.map(
    ({ id, files, release, namespace }) => `${JSON.stringify({ id, files, release, namespace })}\n`,
  );
  return gzipSync(lines.join(''), { level: 9 });
}

export function readClasses(): ReleaseClass[] {
  const classes = JSON.parse(readFileSync(new URL('classes.json', recorded), 'utf8')) as ReleaseClass[];
  return classes.map(({ release, same }) => ({ release, same }));
}

/** The answers of a class by case, as recorded texts that are parsed only when needed. */
export function readAnswers(release: string): Map<string, string> {
  const text = gunzipSync(readFileSync(new URL(`releases/${release}.jsonl.gz`, recorded))).toString('utf8');
  const answers = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const id = /^\{"id": ?("(?:[^"\\]|\\.)*")/.exec(line)?.[1];
    answers.set(id === undefined ? (JSON.parse(line) as Answer).id : (JSON.parse(id) as string), line);
  }
  return answers;
}

function readLines<T>(text: string): T[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

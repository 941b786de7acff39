/**
 * Facts about the real chart that are kept beside a checkout during development (`../shared/facts`): recorded default
 * values and value paths. The product never reads them, and a fresh clone does not need them.
 */
import { existsSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import type { ValueMap } from '../src/value.ts';
import { isRecord } from './chart-sources.ts';

const facts = new URL('../../shared/facts/', import.meta.url);

/** Whether the facts exist beside this checkout. */
export function haveFacts(): boolean {
  return existsSync(facts);
}

function read(name: string): string {
  return readFileSync(new URL(name, facts), 'utf8');
}

/** The exact default values of every release, by release. */
export function readDefaultsFacts(): Map<string, ValueMap> {
  const groups = JSON.parse(read('defaults/index.json')) as Record<string, string[]>;
  const byRelease = new Map<string, ValueMap>();
  for (const [head, members] of Object.entries(groups)) {
    const document = load(read(`defaults/${head}.yaml`));
    if (!isRecord(document)) throw new Error(`${head}: expected a map`);
    for (const member of members) byRelease.set(member, renumber(document, head, member) as ValueMap);
  }
  return byRelease;
}

/** Converts a release's document to another release: replaces values that are exactly its own number. */
function renumber(value: unknown, from: string, to: string): unknown {
  if (value === from) return to;
  if (Array.isArray(value)) return value.map((item) => renumber(item, from, to));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, renumber(inner, from, to)]));
}

export interface ValueFact {
  readonly path: string;
  readonly type: string;
  /** The releases that have it, as indexes into the list. */
  readonly releases: ReadonlySet<number>;
}

/** Every path of every release with its type; a path whose type changed has several rows. */
export function readValueFacts(names: readonly string[]): ValueFact[] {
  const lines = Array.from(new Set(names.map(lineOf)));
  return read('values.tsv')
    .split('\n')
    .filter((row) => row !== '' && !row.startsWith('#'))
    .map((row) => {
      const [path = '', type = '', spans = ''] = row.split('\t');
      return { path, type, releases: new Set(spans.split(' ').flatMap(positions)) };
    });

  function positions(span: string): number[] {
    const [first = '', last] = span.split('..');
    if (last !== undefined) return between(names.indexOf(first), names.indexOf(last));
    if (names.includes(span)) return [names.indexOf(span)];
    const [from = '', to = from] = span.split('-');
    if (!lines.includes(from) || !lines.includes(to)) throw new Error(`${span}: unknown releases`);
    const wanted = new Set(lines.slice(lines.indexOf(from), lines.indexOf(to) + 1));
    return names.flatMap((name, index) => (wanted.has(lineOf(name)) ? [index] : []));
  }
}

function lineOf(name: string): string {
  return name.split('.').slice(0, 2).join('.');
}

function between(from: number, to: number): number[] {
  if (from < 0 || to < from) throw new Error('a span names an unknown release');
  return Array.from({ length: to - from + 1 }, (_, step) => from + step);
}

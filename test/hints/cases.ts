/** Cases of hints, each followed literally: the problem disappears, and no new one appears. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Problem } from '../../src/index.ts';
import { type Value, type ValueMap, withValueAt } from '../../src/value.ts';
import { readYaml } from '../../src/yaml/read.ts';

export interface World {
  readonly objects: readonly ValueMap[];
  readonly options: Readonly<Record<string, unknown>>;
}

interface Found {
  readonly problems: readonly Problem[];
}
type Command = (objects: never, options: never) => Found | Promise<Found>;

/** An input, the code that it is refused or warned about with, and what the hint says. */
export interface Case {
  readonly run: Command;
  readonly world: World;
  readonly code: string;
  readonly hint: RegExp;
  /** Every way that the hint offers. */
  readonly follow: readonly ((world: World, found: RegExpExecArray) => World)[];
  /** A code that may appear then, and why. */
  readonly uncovers?: readonly [code: string, why: string];
}

export const yaml = (text: string): ValueMap => readYaml({ name: 'object', text }).value as ValueMap;
export const world = (objects: readonly ValueMap[], options: World['options'] = {}): World => ({ objects, options });
export const withOption =
  (name: string, value: unknown) =>
  ({ objects, options }: World): World => ({ objects, options: { ...options, [name]: value } });
export const withObject =
  (...added: readonly ValueMap[]) =>
  ({ objects, options }: World): World => ({ options, objects: [...objects, ...added] });
export const changed =
  (isMeant: (object: ValueMap) => boolean, path: readonly (string | number)[], value: Value | undefined) =>
  ({ objects, options }: World): World => ({
    options,
    objects: objects.map((one) => (isMeant(one) ? (withValueAt(one, path, value) as ValueMap) : one)),
  });
export const ofKind =
  (wanted: string) =>
  ({ kind }: ValueMap): boolean =>
    kind === wanted;

const keyOf = ({ code, path, message }: Problem): string => JSON.stringify([code, path, message]);

const followed = new Set<string>();

/** A test for each case. */
export function followCases(cases: readonly Case[]): void {
  for (const { run, code, hint, world: given, follow, uncovers } of cases)
    test(`${run.name}: ${code}, ${hint.source}`, async () => {
      const problemsOf = async (now: World): Promise<readonly Problem[]> =>
        (await run(now.objects as never, now.options as never)).problems;
      const before = await problemsOf(given);
      const told = before.map((one) => `${one.code}: ${one.message} ${one.hint}`).join('; ');
      const problem = before.find((one) => one.code === code && hint.test(one.hint ?? ''));
      assert.ok(problem !== undefined, `not found among ${told}`);
      const match = hint.exec(problem.hint ?? '');
      assert.ok(match !== null);
      followed.add(problem.hint ?? '');
      for (const way of follow) {
        const after = await problemsOf(way(given, match));
        assert.ok(!after.some((one) => one.code === code && one.message === problem.message), 'it is still there');
        const known = new Set(before.map(keyOf));
        const added = after.filter(
          (one) => one.severity !== 'info' && one.code !== uncovers?.[0] && !known.has(keyOf(one)),
        );
        assert.deepEqual(
          added.map((one) => `${one.code}: ${one.message}`),
          [],
          'something new',
        );
      }
    });
}

/** A test that every literal hint in these files was followed in a case before, or a reason why it cannot be followed. */
export function argueOthers(
  files: readonly string[],
  elsewhere: readonly (readonly [RegExp, string])[],
  literalsIn = literalHints,
): void {
  test(`every hint in ${files[0]} and ${files.length - 1} more files is followed, or argued`, () => {
    const open: string[] = [];
    for (const file of files)
      for (const template of literalsIn(readFileSync(file, 'utf8'))) {
        const parts = template.split(/\$\{[^}]*\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
        const form = new RegExp(`^${parts.join('.*')}$`, 's');
        const isKnown = [...followed].some((hint) => form.test(hint));
        if (!isKnown && !elsewhere.some(([pattern]) => pattern.test(template))) open.push(`${file}: ${template}`);
      }
    assert.deepEqual(open, []);
  });
}

/** Hints that are named so, and texts that begin with what to do. */
function literalHints(text: string): string[] {
  const named = /[hH]int(?: =|:|: [^\n]*?(?:\?\?|\?))\s+(?:`((?:\$\{[^}]*\}|[^`])*)`|'([^']*)'|"([^"]*)")/g;
  const asking =
    /(?:`((?:Set|Use|Choose|Remove|Write|Leave|Name|Give) [^`]*)`|'((?:Set|Use|Choose|Remove|Write|Leave|Name|Give) [^']*)')/g;
  return [...text.matchAll(named), ...text.matchAll(asking)].map(
    ([, template, plain, quoted]) => template ?? plain ?? quoted ?? '',
  );
}

/** The problems in the text that a command prints; where it refuses its arguments, with the code `usage`. */
export function problemsSaid(text: string): Problem[] {
  const problems = [
    ...text.matchAll(
      /^(error|warning) (?:.*?:\d+:\d+ ?(\S*): )?(.*) \[([\w-]+)\]\n(?: +\d* \|.*\n)*(?: {2}hint: (.*))?/gm,
    ),
  ].map(
    ([, severity, path = '', message = '', code = '', hint = '']): Problem => ({
      ...{ code, message, hint, severity: severity === 'error' ? 'error' : 'warning' },
      ...(path === '' ? {} : { path }),
    }),
  );
  const refused = [...text.matchAll(/^glistio: (.*)\n(?: {2}hint: (.*))?/gm)].map(
    ([, message = '', hint = '']): Problem => ({ code: 'usage', severity: 'error', message, hint }),
  );
  return [...problems, ...refused];
}

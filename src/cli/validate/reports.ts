import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Io } from '../../node/io.ts';
import { reasonOf, splitList } from '../../node/sources.ts';
import { CannotDo } from '../../outcome.ts';
import type { Problem } from '../../problem.ts';
import type { FormatOptions } from '../../report/format.ts';
import type { Grading } from '../../verbs/grading.ts';
import type { Context, Option } from '../command.ts';
import { problemFormats, type ValidateArgs, validateOptions } from '../validate-options.ts';

/** A report that is written to a file. */
export interface ReportFile {
  readonly format: ValidateArgs['output'];
  readonly path: string;
}

/**
 * The reports that `--report` asks for; invalid ones, and those that would replace an input, are refused before
 * anything is checked.
 */
export function reportsOf(args: ValidateArgs): readonly ReportFile[] {
  const inputs = Object.entries<Option>(validateOptions).flatMap(([name, { completes }]) => {
    const given = [args[name as keyof ValidateArgs] ?? []].flat().map(String).flatMap(splitList);
    if (name === 'set-file') return given.map((text) => text.slice(text.indexOf('=') + 1));
    return completes === 'file' ? given : [];
  });
  const reports = args.report.map((text) => {
    const at = text.indexOf('=');
    const format = problemFormats.find((name) => name === text.slice(0, at));
    if (format === undefined || at === text.length - 1)
      throw new CannotDo(`--report cannot be "${text}"`, `FORMAT=FILE, with one of: ${problemFormats.join(', ')}`);
    return { format, path: text.slice(at + 1) };
  });
  for (const { path } of reports) {
    if (path === '-')
      throw new CannotDo('--report cannot be written to standard output', '-o FORMAT prints a report there');
    if (inputs.some((name) => isSameFile(name.replace(/^\?/, ''), path)))
      throw new CannotDo(`--report would replace ${path}, which is an input`, 'name another file');
  }
  const twice = reports.find(({ path }, index) => reports.findIndex((other) => isSameFile(other.path, path)) < index);
  if (twice !== undefined) throw new CannotDo(`two reports would be written to ${twice.path}`, 'name two files');
  return reports;
}

/** Links are followed. */
function isSameFile(one: string, other: string): boolean {
  if (one === '') return false;
  if (resolve(one) === resolve(other)) return true;
  const [a, b] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }));
  return a !== undefined && a.ino === b?.ino && a.dev === b.dev;
}

/** Writes all reports or none. They are read by machines or later, so `--quiet` does not shorten them. */
export async function writeReports(
  reports: readonly ReportFile[],
  problems: readonly Problem[],
  about: Omit<FormatOptions, 'color'>,
  io: Io,
): Promise<void> {
  if (reports.length === 0) return;
  const { problemFormatters } = await import('../../report/formatters.ts');
  const files = await Promise.all(
    reports.map(async ({ format, path }) => {
      const formatted = await problemFormatters[format]();
      return { path, text: formatted(problems, { color: false, ...about }).exact };
    }),
  );
  try {
    await io.writeFiles(files);
  } catch (error) {
    throw new CannotDo(`cannot write the reports: ${reasonOf(error)}`);
  }
}

/** Applies `--fail-on`, `--strict` and `.glistio.yaml` to what was found. */
export async function gradingOf(
  args: Pick<ValidateArgs, 'strict' | 'fail-on'>,
  { settings, grading }: Pick<Context, 'settings' | 'grading'>,
): Promise<Grading> {
  const { strict } = args;
  if (args['fail-on'].length === 0 && settings.failOn.length === 0) return { ...grading, strict };
  const { failingBy } = await import('../read-settings.ts');
  return { ...grading, ...failingBy(settings, args['fail-on']), strict };
}

import type { Io } from '../../node/io.ts';
import { reasonOf } from '../../node/sources.ts';
import { CannotDo } from '../../outcome.ts';
import type { Problem } from '../../problem.ts';
import type { FormatOptions } from '../../report/format.ts';
import type { Grading } from '../../verbs/grading.ts';
import type { Context } from '../command.ts';
import { problemFormats, type ValidateArgs } from '../validate-options.ts';

/** A report that is written to a file. */
export interface ReportFile {
  readonly format: ValidateArgs['output'];
  readonly path: string;
}

/** The reports that `--report` asks for; invalid ones are refused before anything is judged. */
export function reportsOf(texts: readonly string[]): readonly ReportFile[] {
  const reports = texts.map((text) => {
    const at = text.indexOf('=');
    const format = problemFormats.find((name) => name === text.slice(0, at));
    if (format === undefined || at === text.length - 1)
      throw new CannotDo(`--report cannot be "${text}"`, `FORMAT=FILE, with one of: ${problemFormats.join(', ')}`);
    return { format, path: text.slice(at + 1) };
  });
  const twice = reports.find(({ path }, index) => reports.findIndex((other) => other.path === path) < index);
  if (twice !== undefined) throw new CannotDo(`two reports would be written to ${twice.path}`, 'name two files');
  return reports;
}

/** Writes all reports or none. They are for machines and for later, so `--quiet` does not shorten them. */
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

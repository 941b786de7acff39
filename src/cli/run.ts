import { hideInMessage } from '../diff/secret-messages.ts';
import type { Io } from '../node/io.ts';
import { exitCodes } from '../outcome.ts';
import { lines, shown } from '../printable.ts';
import { hasErrors, type Problem } from '../problem.ts';
import { formatText } from '../report/text.ts';
import { defined } from '../value.ts';
import { graded } from '../verbs/grading.ts';
import type { Command, Context } from './command.ts';
import { commandsFor } from './commands/index.ts';
import { describeFailure } from './failure.ts';
import { settingsFor } from './find-settings.ts';
import { parseArguments, type Request } from './parse.ts';
import { noSettings, type UserSettings } from './user-settings.ts';

/** Runs a command line through `io` and returns the exit code. Never throws. */
export async function run(argv: readonly string[], io: Io, given?: readonly Command[]): Promise<number> {
  try {
    const commands = given ?? (await commandsFor(argv[0]));
    if (argv[0] === '__complete') {
      await (await import('./complete.ts')).answerShell(argv.slice(1), commands, io);
      return exitCodes.done;
    }
    const request = parseArguments(argv, commands);
    if (request.version) return await printVersion(io);
    const { command } = request;
    if (request.help) return await printHelp(command, commands, io);
    if (request.showConfig) return await printSettings(request, io);
    if (!command) {
      await printHelp(undefined, commands, { ...io, stdout: (text) => io.stderr(text) });
      return exitCodes.impossible;
    }
    const settings = command.readsSettings === false ? noSettings : await settingsFor(request.config, io);
    const context = contextOf(request, io, commands, settings);
    if (settings.problems.length > 0) return refuseSettings(settings, context);
    const outcome = await command.run(request.args, context);
    return typeof outcome === 'number' ? outcome : exitCodes[outcome];
  } catch (error) {
    io.stderr(describeFailure(error, argv));
    return exitCodes.impossible;
  }
}

function contextOf(request: Request, io: Io, commands: readonly Command[], settings: UserSettings): Context {
  const grading = settings.severities.size === 0 ? {} : { severities: settings.severities };
  return {
    io,
    settings,
    grading,
    commands,
    positionals: request.positionals,
    quiet: request.quiet,
    get color(): boolean {
      return wantsColor(request.color, io, io.stdoutColor === true);
    },
    report(found, texts, noteOf): boolean {
      const problems = graded(found, grading);
      // Empty output is always reported.
      const isWanted = ({ severity, code }: Problem): boolean => severity === 'error' || code === 'no-proxy-rendered';
      const wanted = request.quiet ? problems.filter(isWanted) : problems;
      const refused = hasErrors(problems);
      if (wanted.length === 0) return refused;
      const color = wantsColor(request.color, io, io.color);
      io.stderr(formatText(wanted, { color, texts, ...defined({ noteOf }) }));
      return refused;
    },
    note(text: string): void {
      if (!request.quiet) io.stderr(shown`${hideInMessage(text)}\n`);
    },
  };
}

/** The flag overrides the environment, which overrides what the terminal supports. */
function wantsColor(flag: boolean | undefined, io: Io, isTerminal: boolean): boolean {
  if (flag !== undefined) return flag;
  if (io.env['NO_COLOR']) return false;
  const forced = io.env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTerminal;
}

/** If the settings cannot be read, the command fails instead of using the defaults. */
function refuseSettings({ source, problems }: UserSettings, { report }: Context): number {
  report(problems, new Map(source === undefined ? [] : [[source.name, source.text]]));
  return exitCodes.impossible;
}

async function printSettings(request: Request, io: Io): Promise<number> {
  const settings = await settingsFor(request.config, io);
  if (settings.problems.length > 0) return refuseSettings(settings, contextOf(request, io, [], settings));
  const { describeSettings } = await import('./read-settings.ts');
  io.stdout(describeSettings(settings));
  return exitCodes.done;
}

async function printVersion(io: Io): Promise<number> {
  const { version } = await import('./version.ts');
  io.stdout(shown`${version}\n`);
  return exitCodes.done;
}

async function printHelp(command: Command | undefined, commands: readonly Command[], io: Io): Promise<number> {
  const { formatHelp } = await import('./help.ts');
  io.stdout(lines(await formatHelp(command, commands, io.width)));
  return exitCodes.done;
}

import { rulesOfHelm } from '../helm/helm-version.ts';
import { filesOfSetArgument, nameOfSetArgument, type SetKind } from '../helm/set.ts';
import type { Io } from '../node/io.ts';
import { readSources, readText, refuseSecondStdin, splitList } from '../node/sources.ts';
import { CannotDo } from '../outcome.ts';
import type { Problem } from '../problem.ts';
import type { RenderOptions } from '../verbs/render.ts';
import { refusalIn } from '../verbs/verdict.ts';
import type { Args } from './command.ts';
import type { chartOptions, valuesOptions } from './options.ts';

export interface ReleaseRequest {
  /** What the library is asked with. */
  readonly options: RenderOptions;
  /** The texts that were read, by the name under which problems speak of them. */
  readonly texts: ReadonlyMap<string, string>;
}

type RequestArgs = Args<typeof valuesOptions & typeof chartOptions>;

/** Turns the options that render, validate and diff share into what the library takes, and reads the files they name. */
export async function readReleaseRequest(args: RequestArgs, io: Io): Promise<ReleaseRequest> {
  const setFiles = args['set-file'].flatMap(filesOfSetArgument);
  refuseSecondStdin([...[...args.values, ...args['wrapper-values']].flatMap(splitList), ...setFiles]);
  refuseIdleWrapper(args);
  const sources = await readSources(args.values, io);
  const wrappers = await readSources(args['wrapper-values'], io);
  const files = new Map<string, string>();
  for (const name of setFiles) files.set(name, await readText(name, io));
  const options: RenderOptions = {
    values: sources,
    set: args.set,
    setString: args['set-string'],
    setJson: args['set-json'],
    setFile: args['set-file'],
    setLiteral: args['set-literal'],
    files,
    ...helmOption(args),
    ...(args['partial-of'].length === 0 ? {} : { partialOf: args['partial-of'], wrapperValues: wrappers }),
    ...releaseOptions(args, io),
  };
  return {
    options,
    texts: new Map([...[...sources, ...wrappers].map(({ name, text }) => [name, text] as const), ...setTexts(args)]),
  };
}

/** What was said of the release: nothing else counts as an option. */
function releaseOptions(args: RequestArgs, { env }: Io): Partial<RenderOptions> {
  const { namespace, 'release-name': releaseName, 'chart-version': chartVersion } = args;
  const usualNamespace = env['HELM_NAMESPACE'];
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(usualNamespace ? { usualNamespace } : {}),
    ...(releaseName === undefined ? {} : { releaseName }),
    ...(chartVersion === undefined ? {} : { chartVersion }),
  };
}

/** The release of Helm whose rules hold; one that is not known is refused. */
export function helmOption({ 'helm-version': helmVersion }: Pick<RequestArgs, 'helm-version'>): {
  readonly helmVersion?: string;
} {
  if (helmVersion === undefined) return {};
  const found = rulesOfHelm(helmVersion);
  if ('problem' in found) throw new CannotDo(`--helm-version cannot be "${helmVersion}"`, found.problem.hint);
  return { helmVersion };
}

function refuseIdleWrapper(args: RequestArgs): void {
  if (args['wrapper-values'].length === 0 || args['partial-of'].length > 0) return;
  throw new CannotDo(
    '--wrapper-values is for --partial-of',
    'say under which name the values of Gloo stand: --partial-of gloo',
  );
}

/** What stands behind a `--set*` option is the input in which its problems have their column. */
function setTexts(args: RequestArgs): [string, string][] {
  const kinds: readonly SetKind[] = ['set', 'set-string', 'set-json', 'set-file', 'set-literal'];
  return kinds.flatMap((kind) => args[kind].map((text): [string, string] => [nameOfSetArgument({ kind, text }), text]));
}

/** Stops when the request itself makes no sense: a release that never was, a proxy that is not there. */
export function refuseImpossible(problems: readonly Problem[]): void {
  const problem = refusalIn(problems);
  if (problem) throw new CannotDo(problem.message, problem.hint);
}

/** What to tell when a line or range of releases was asked for, and which one was taken. */
export function describeChoice(asked: string | undefined, taken: string): string | undefined {
  if (asked === undefined || asked.trim().replace(/^v/, '') === taken) return undefined;
  return `chart version ${taken}, the newest known of ${asked}`;
}

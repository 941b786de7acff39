import { requestFor, type Settings } from '../fleet/setup.ts';
import { capabilitiesOf } from '../helm/capabilities.ts';
import { rulesOfHelm } from '../helm/helm-version.ts';
import { filesOfSetArgument, nameOfSetArgument, type SetKind } from '../helm/set.ts';
import type { Io } from '../node/io.ts';
import { type NamedText, readSources, readText, refuseSecondStdin, splitList } from '../node/sources.ts';
import { CannotDo } from '../outcome.ts';
import type { Problem } from '../problem.ts';
import { defined } from '../value.ts';
import type { RequestOptions } from '../verbs/prepare.ts';
import { refusalIn } from '../verbs/verdict.ts';
import type { Args } from './command.ts';
import type { capabilityOptions, chartOptions, valuesOptions } from './options.ts';

export interface ReleaseRequest {
  /** The request for the verbs. */
  readonly options: RequestOptions;
  /** The texts that were read, by the names that problems use. */
  readonly texts: ReadonlyMap<string, string>;
  /** Settings that the user did not give and that were taken from elsewhere, once the release of the chart is known. */
  notesFor(chartVersion: string): readonly string[];
}

type RequestArgs = Args<typeof valuesOptions & typeof chartOptions> & Partial<Args<typeof capabilityOptions>>;

/**
 * The options that render, validate and diff share, for one cluster or for each of many; reads the files that they
 * name.
 */
export async function readSettings(args: RequestArgs, io: Io): Promise<Settings> {
  const { 'chart-version': chartVersion, namespace, 'release-name': releaseName, 'partial-of': partialOf } = args;
  const { 'api-versions': apiVersions = [] } = args;
  const sources = await readSources(args.values, io);
  const wrappers = await readSources(args['wrapper-values'], io);
  const setFiles: NamedText[] = [];
  for (const name of args['set-file'].flatMap(filesOfSetArgument))
    setFiles.push({ name, text: await readText(name, io) });
  const usualNamespace = io.env['HELM_NAMESPACE'];
  return {
    sources,
    wrappers,
    setFiles,
    override: {
      sets: setsOf(args),
      ...defined({ chartVersion, namespace, releaseName }),
      ...kubeOption(args),
      ...(partialOf.length === 0 ? {} : { partialOf }),
    },
    ...(usualNamespace ? { usualNamespace } : {}),
    ...helmOption(args),
    ...(apiVersions.length === 0 ? {} : { apiVersions }),
  };
}

function setsOf(args: RequestArgs): Settings['override']['sets'] {
  return Object.fromEntries(setKinds.map((kind) => [kind, args[kind]])) as Settings['override']['sets'];
}

/** The kinds of `--set` options. */
export const setKinds = [
  'set',
  'set-string',
  'set-json',
  'set-file',
  'set-literal',
] as const satisfies readonly SetKind[];

/** Whether the options give any values. */
export function namesValues(args: Args<typeof valuesOptions>): boolean {
  return args.values.length > 0 || setKinds.some((kind) => args[kind].length > 0);
}

/** The request of the command line alone: a fleet of one, without a fleet file. */
export async function readReleaseRequest(args: RequestArgs, io: Io): Promise<ReleaseRequest> {
  const named = [...args.values, ...args['wrapper-values']].flatMap(splitList);
  refuseSecondStdin([...named, ...args['set-file'].flatMap(filesOfSetArgument)]);
  refuseIdleWrapper(args);
  const settings = await readSettings(args, io);
  const { sources, wrappers = [], setFiles, override } = settings;
  const files = new Map(setFiles.map(({ name, text }) => [name, text]));
  return {
    options: requestFor(settings, override, sources, files),
    texts: new Map([...[...sources, ...wrappers].map(({ name, text }) => [name, text] as const), ...setTexts(args)]),
    notesFor: (taken) => describeChoice(args['chart-version'], taken),
  };
}

/** The release of Helm whose rules apply; an unknown one is refused. */
function helmOption({ 'helm-version': helmVersion }: RequestArgs): Pick<Settings, 'helmVersion'> {
  if (helmVersion === undefined) return {};
  const found = rulesOfHelm(helmVersion);
  if ('problem' in found) throw new CannotDo(`--helm-version cannot be "${helmVersion}"`, found.problem.hint);
  return { helmVersion };
}

/** The version of Kubernetes; an invalid one is refused. */
function kubeOption({ 'kube-version': kubeVersion }: RequestArgs): { readonly kubeVersion?: string } {
  if (kubeVersion === undefined) return {};
  const [problem] = capabilitiesOf({ kubeVersion }).problems;
  if (problem !== undefined) throw new CannotDo(`--kube-version cannot be "${kubeVersion}"`, problem.hint);
  return { kubeVersion };
}

function refuseIdleWrapper(args: RequestArgs): void {
  if (args['wrapper-values'].length === 0 || args['partial-of'].length > 0) return;
  throw new CannotDo(
    '--wrapper-values needs --partial-of',
    'name the key that holds the values of Gloo: --partial-of gloo',
  );
}

/** The text of a `--set*` option is the input that its problems point into. */
function setTexts(args: RequestArgs): [string, string][] {
  return setKinds.flatMap((kind) =>
    args[kind].map((text): [string, string] => [nameOfSetArgument({ kind, text }), text]),
  );
}

/** Stops if the request itself makes no sense: an unknown release, a proxy that does not exist. */
export function refuseImpossible(problems: readonly Problem[]): void {
  const problem = refusalIn(problems);
  if (problem) throw new CannotDo(problem.message, problem.hint);
}

/** Notes which release was taken when a line or range was asked for. */
function describeChoice(asked: string | undefined, taken: string): string[] {
  if (asked === undefined || asked.trim().replace(/^v/, '') === taken) return [];
  return [`chart version ${taken}, the newest known of ${asked}`];
}

/** The name as one item of the comma-separated list that `-f` takes. */
export function asListItem(name: string): string {
  return name.includes(',') ? `"${name.replaceAll('"', '""')}"` : name;
}

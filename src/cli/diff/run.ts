import { parsePattern } from '../../diff/pattern.ts';
import { parseObjectPattern } from '../../diff/scope.ts';
import type { kindOfFile } from '../../helm/kinds/recognise.ts';
import type { Io } from '../../node/io.ts';
import { readText } from '../../node/sources.ts';
import { CannotDo, exitCodes, type Outcome } from '../../outcome.ts';
import { json, type Printable } from '../../printable.ts';
import { type DiffFormatOptions, headlineOf } from '../../report/diff-format.ts';
import { diffFormatters } from '../../report/diff-formatters.ts';
import { defined } from '../../value.ts';
import type { Comparison } from '../../verbs/compare.ts';
import { counted } from '../../words.ts';
import type { Context } from '../command.ts';
import { failureText } from '../failure.ts';
import { refuseIdle } from '../idle.ts';
import { asksCluster, readKubeObjects, refuseParametersAlone, withTexts } from '../kube-objects.ts';
import { asListItem, readReleaseRequest, refuseImpossible, setKinds } from '../release-request.ts';
import { compareSpecs } from './compare.ts';
import type { DiffArgs } from './options.ts';
import { isSpelled, parseSpec, revisionOf, type Spec } from './spec.ts';

/** The exit code that `--exit-code` asks for. */
export const exitConventions = {
  standard: exitCodes,
  'helm-diff': { done: 0, findings: 2, impossible: 1 },
} as const;

/** `glistio diff`: loads both sides, compares them and prints the report. */
export async function runDiff(args: DiffArgs, context: Context): Promise<Outcome> {
  const codes = exitConventions[args['exit-code']];
  try {
    const io = readingOnce(context.io);
    const { values, positionals } = await withoutValues(args, { ...context, io });
    return codes[await compareBoth({ ...args, values }, { ...context, io, positionals })];
  } catch (error) {
    if (!(error instanceof CannotDo) || args['exit-code'] === 'standard') throw error;
    context.io.stderr(failureText(error));
    return codes.impossible;
  }
}

/** The same `Io`, in which input that was read to see what it is can be read again, including pipes and stdin. */
function readingOnce(io: Io): Io {
  const texts = new Map<string, Promise<string>>();
  const once = (path: string, read: () => Promise<string>): Promise<string> => {
    const text = texts.get(path) ?? read();
    texts.set(path, text);
    return text;
  };
  const own: Pick<Io, 'stdin' | 'readFile'> = {
    stdin: () => once('-', () => io.stdin()),
    readFile: (path) => once(`./${path}`, () => io.readFile(path)),
  };
  // Everything else is inherited, so that what is computed on access stays lazy.
  return Object.assign(Object.create(io) as Io, own);
}

/**
 * A single file is the left side if it holds installed objects; otherwise it holds values, as for the other commands.
 */
async function withoutValues(
  { values }: DiffArgs,
  { positionals, io }: Context,
): Promise<Pick<DiffArgs, 'values'> & Pick<Context, 'positionals'>> {
  const [only, second] = positionals;
  if (only === undefined || second !== undefined || isSpelled(only)) return { values, positionals };
  const kind = await kindOf(only, io);
  if (kind === 'record' || kind === 'manifests') return { values, positionals };
  return { values: [asListItem(only), ...values], positionals: [] };
}

async function compareBoth(args: DiffArgs, context: Context): Promise<'done' | 'findings' | 'impossible'> {
  refuseBadPatterns(args);
  const lines = linesOf(args);
  const named =
    args.against === undefined ? specsOf(args, context.positionals) : await against(args.against, args, context);
  const { specs, values } = await withValues(named, args, context.io);
  refuseIdleOptions(specs, { ...args, values });
  const request = () => readReleaseRequest({ ...args, values }, context.io);
  refuseParametersAlone(args);
  const found = await readKubeObjects(args, context);
  // The last Gateway of a cluster may have been deleted.
  const mayBeNone = asksCluster(args.gateway);
  const kube = found && { ...found, input: { ...found.input, mayBeNone } };
  const { comparison, problems, texts } = await compareSpecs(specs, request, args, context, kube);
  refuseImpossible(problems);
  context.report(problems, withTexts(texts, kube));
  return comparison === undefined ? 'findings' : await print(comparison, lines, args, context);
}

async function print({ status, report, patch }: Comparison, lines: number, args: DiffArgs, context: Context) {
  context.report(report.problems, new Map());
  if (status === 'failed') throw new CannotDo('the two sides cannot be compared');
  if (report.compared === 0 && report.problems.some(({ code }) => code === 'no-gateway-proxy')) {
    throw new CannotDo('there is nothing to compare', 'values:FILE@VERSION makes rendered values a side');
  }
  context.io.stdout(
    await formatted({ report, patch }, args, { color: context.color, width: context.io.width, context: lines }),
  );
  if (report.identical) context.note(`${headlineOf(report)} (${report.names.left}; ${report.names.right})`);
  if (report.hidden > 0) {
    const values = `${counted(report.hidden, 'change')} in values that look secret`;
    context.note(`${values} ${report.hidden === 1 ? 'is' : 'are'} not shown in full; --show-secrets shows them`);
  }
  return status === 'ok' ? 'done' : 'findings';
}

/** A comparison in the requested format. */
export async function formatted(
  { report, patch }: Pick<Comparison, 'report' | 'patch'>,
  { output }: DiffArgs,
  shape: DiffFormatOptions,
): Promise<Printable> {
  return output === 'json-patch' ? json(patch) : (await diffFormatters[output]())(report, shape);
}

/** An unreadable pattern must not silently ignore nothing. */
export function refuseBadPatterns({ ignore, include }: DiffArgs): void {
  const refuse = (option: string, text: string): void => {
    const pattern = parsePattern(text);
    if ('code' in pattern) throw new CannotDo(`${option}: ${pattern.message}`, pattern.hint);
  };
  for (const text of ignore) refuse('--ignore', text);
  for (const text of include) if (parseObjectPattern(text) === undefined) refuse('--include', text);
}

/** How many unchanged lines to show. */
export function linesOf({ lines }: DiffArgs): number {
  if (!/^(?:-1|\d{1,6})$/.test(lines))
    throw new CannotDo(`--lines cannot be "${lines}"`, 'a number of lines, or -1 for all of them');
  return lines === '-1' ? Number.MAX_SAFE_INTEGER : Number(lines);
}

/** The rendering of the files, and their rendering at a revision. */
async function against(revision: string, args: DiffArgs, context: Context): Promise<readonly [Spec, Spec]> {
  const why = 'names a left side, and so does --against';
  refuseIdle(
    args,
    ['installed', 'revision', 'live', 'reuse-values', 'reset-then-reuse-values'],
    why,
    'leave one of them out',
  );
  const [extra] = context.positionals;
  if (extra !== undefined) throw new CannotDo(`unexpected "${extra}"`, 'several files of values are given with -f');
  const { loadAgainst } = await import('./against.ts');
  return [{ kind: 'loaded', loaded: await loadAgainst(revision, args, context) }, { kind: 'rendering' }];
}

/** The two sources to compare. */
function specsOf(args: DiffArgs, positionals: readonly string[]): readonly [Spec, Spec] {
  // If an option names the left side, a file alone is the right side.
  const isLeftNamed = args.installed !== undefined || args.live;
  const [first, second] = isLeftNamed && positionals.length === 1 ? [undefined, positionals[0]] : positionals;
  const revision = revisionOf(args.revision);
  const release: Spec = defined({ kind: 'release', name: args['release-name'] ?? 'gloo', revision });
  const named = [first, args.installed, args.live ? '--live' : undefined].filter((text) => text !== undefined);
  if (named.length > 1) {
    throw new CannotDo(`there are ${named.length} left sides: ${named.join(', ')}`, 'name one');
  }
  const left: Spec = args.live
    ? { kind: 'live' }
    : args.installed !== undefined
      ? { kind: 'file', path: args.installed }
      : first === undefined
        ? release
        : parseSpec(first);
  return [left, second === undefined ? { kind: 'rendering' } : parseSpec(second)];
}

/** Options for a rendering would silently do nothing if nothing is rendered. */
function refuseIdleOptions([left, right]: readonly [Spec, Spec], args: DiffArgs): void {
  if (right.kind !== 'rendering') {
    const why = 'is for a rendering, but neither side is rendered';
    const names = ['values', ...setKinds, 'reuse-values', 'reset-then-reuse-values', 'chart-version'] as const;
    refuseIdle(args, names, why, 'values:FILE@VERSION makes a rendering a side');
  }
  if (left.kind === 'file' && right.kind === 'file' && left.path === '-' && right.path === '-') {
    throw new CannotDo('stdin (-) can be read only once', 'give - to one side only');
  }
}

/** A file of values is rendered, whichever side it is: comparing values with manifests is never what is wanted. */
async function withValues(
  [left, right]: readonly [Spec, Spec],
  args: DiffArgs,
  io: Context['io'],
): Promise<{ readonly specs: readonly [Spec, Spec]; readonly values: readonly string[] }> {
  if (right.kind === 'rendering') return { specs: [left, right], values: args.values };
  const own = await isValuesFile(left, io);
  const other = await isValuesFile(right, io);
  const version = args['chart-version'];
  const rendered = (spec: Spec): Spec =>
    spec.kind === 'file' ? defined({ kind: 'values', paths: asListItem(spec.path), version }) : spec;
  if (right.kind !== 'file' || !other) return { specs: [own ? rendered(left) : left, right], values: args.values };
  return {
    specs: [own ? rendered(left) : left, { kind: 'rendering' }],
    values: [asListItem(right.path), ...args.values],
  };
}

async function isValuesFile(spec: Spec, io: Io): Promise<boolean> {
  return spec.kind === 'file' && (await kindOf(spec.path, io)) === 'values';
}

async function kindOf(path: string, io: Io): Promise<ReturnType<typeof kindOfFile> | undefined> {
  const recognise = await import('../../helm/kinds/recognise.ts');
  try {
    return recognise.kindOfFile({ name: path, text: await readText(path, io) });
  } catch {
    // The code that loads the file reports what is wrong with it.
    return undefined;
  }
}

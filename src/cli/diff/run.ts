import { parsePattern } from '../../diff/pattern.ts';
import { parseObjectPattern } from '../../diff/scope.ts';
import type { Release } from '../../helm/release.ts';
import { stdinName } from '../../node/sources.ts';
import { CannotDo, exitCodes, type Outcome } from '../../outcome.ts';
import { json } from '../../printable.ts';
import { hasErrors, type Problem } from '../../problem.ts';
import { headlineOf } from '../../report/diff-format.ts';
import { diffFormatters } from '../../report/diff-formatters.ts';
import { type CompareOptions, type Comparison, compareSides } from '../../verbs/compare.ts';
import { counted } from '../../words.ts';
import type { Context } from '../command.ts';
import { failureText } from '../failure.ts';
import { asLoaded, type Loaded, loadFile } from './load.ts';
import type { DiffArgs } from './options.ts';
import { renderSide } from './rendering.ts';
import { isSpelled, parseSpec, revisionOf, type Spec } from './spec.ts';

/** How `--exit-code` wants an end to be told. */
export const exitConventions = {
  standard: exitCodes,
  'helm-diff': { done: 0, findings: 2, impossible: 1 },
} as const;

/** `glistio diff`: loads both sides, compares them and prints the report. */
export async function runDiff(args: DiffArgs, context: Context): Promise<Outcome> {
  const codes = exitConventions[args['exit-code']];
  try {
    const { values, positionals } = withoutValues(args, context);
    return codes[await compareBoth({ ...args, values }, { ...context, positionals })];
  } catch (error) {
    if (!(error instanceof CannotDo) || args['exit-code'] === 'standard') throw error;
    context.io.stderr(failureText(error));
    return codes.impossible;
  }
}

/** One file alone is a file of values, as for the other commands; `file:` and `--installed` make it the left side. */
function withoutValues(
  { values }: DiffArgs,
  { positionals }: Context,
): Pick<DiffArgs, 'values'> & Pick<Context, 'positionals'> {
  const [only, second] = positionals;
  if (only === undefined || second !== undefined || isSpelled(only)) return { values, positionals };
  return { values: [asListItem(only), ...values], positionals: [] };
}

async function compareBoth(args: DiffArgs, context: Context): Promise<'done' | 'findings' | 'impossible'> {
  refuseBadPatterns(args);
  const lines = linesOf(args);
  const named = specsOf(args, context.positionals);
  const { specs, values } = await withValues(named, args, context.io);
  refuseIdleOptions(specs, { ...args, values });
  const [left, right, problems] = await loadBoth(specs, { ...args, values }, context);
  if (problems !== undefined) context.report(problems.problems, problems.texts);
  if (problems !== undefined && hasErrors(problems.problems)) return 'findings';
  const namespace = args.namespace ?? left.release?.namespace ?? right.release?.namespace ?? 'gloo-system';
  return print(compareSides(left, right, compareOptions(args, namespace)), lines, args, context);
}

/** What of the arguments says how to compare. */
export function compareOptions(args: DiffArgs, namespace: string): CompareOptions {
  return {
    ignore: args.ignore,
    include: args.include,
    objects: args.objects,
    defaultIgnores: !args['no-default-ignores'],
    namespace,
    showSecrets: args['show-secrets'],
    patch: args.output === 'json-patch',
  };
}

function print({ status, report, patch }: Comparison, lines: number, args: DiffArgs, context: Context) {
  context.report(report.problems, new Map());
  if (status === 'failed') throw new CannotDo('the two sides cannot be compared');
  if (report.compared === 0 && report.problems.some(({ code }) => code === 'no-gateway-proxy')) {
    throw new CannotDo('there is nothing to compare', 'values are rendered as a side by values:FILE@VERSION');
  }
  const shape = { color: context.color, width: context.io.width, context: lines };
  if (args.output === 'json-patch') context.io.stdout(json(patch));
  else context.io.stdout(diffFormatters[args.output](report, shape));
  if (report.identical) context.note(`${headlineOf(report)} (${report.names.left}; ${report.names.right})`);
  if (report.hidden > 0) {
    const values = `${counted(report.hidden, 'change')} with values that look secret`;
    context.note(`${values} ${report.hidden === 1 ? 'is' : 'are'} not shown in full; --show-secrets shows them`);
  }
  return status === 'ok' ? 'done' : 'findings';
}

/** A pattern that nobody understands must not silently ignore nothing. */
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
    throw new CannotDo(`--lines cannot be "${lines}"`, 'a number of lines, or -1 for all');
  return lines === '-1' ? Number.MAX_SAFE_INTEGER : Number(lines);
}

/** Which two things are compared. */
function specsOf(args: DiffArgs, positionals: readonly string[]): readonly [Spec, Spec] {
  const [first, second] = positionals;
  const release: Spec = {
    kind: 'release',
    name: args['release-name'] ?? 'gloo',
    ...(args.revision === undefined ? {} : { revision: revisionOf(args.revision) }),
  };
  const named = [first, args.installed, args.live ? '--live' : undefined].filter((text) => text !== undefined);
  if (named.length > 1) {
    throw new CannotDo(`the left side is named ${named.length} times: ${named.join(', ')}`, 'name it once');
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

/** Options for a rendering that is not asked for would silently do nothing. */
function refuseIdleOptions([left, right]: readonly [Spec, Spec], args: DiffArgs): void {
  if (right.kind !== 'rendering') {
    const idle = (['values', 'set', 'set-string', 'set-json', 'set-file', 'set-literal'] as const).find(
      (name) => args[name].length > 0,
    );
    const option = idle ?? (args['chart-version'] === undefined ? undefined : 'chart-version');
    if (option !== undefined) {
      throw new CannotDo(
        `--${option} is for a rendering, and both sides are named`,
        'values:FILE@VERSION renders one as a side',
      );
    }
  }
  if (left.kind === 'file' && right.kind === 'file' && left.path === '-' && right.path === '-') {
    throw new CannotDo('stdin (-) can be read only once', 'give - to one side only');
  }
}

/** A file that holds values is rendered, whichever side it is: nobody means to compare it with manifests as it stands. */
async function withValues(
  [left, right]: readonly [Spec, Spec],
  args: DiffArgs,
  io: Context['io'],
): Promise<{ readonly specs: readonly [Spec, Spec]; readonly values: readonly string[] }> {
  if (right.kind === 'rendering') return { specs: [left, right], values: args.values };
  const own = await isValuesFile(left, io);
  const other = await isValuesFile(right, io);
  const rendered = (spec: Spec): Spec =>
    spec.kind === 'file'
      ? {
          kind: 'values',
          paths: asListItem(spec.path),
          ...(args['chart-version'] === undefined ? {} : { version: args['chart-version'] }),
        }
      : spec;
  if (right.kind !== 'file' || !other) return { specs: [own ? rendered(left) : left, right], values: args.values };
  return {
    specs: [own ? rendered(left) : left, { kind: 'rendering' }],
    values: [asListItem(right.path), ...args.values],
  };
}

async function isValuesFile(spec: Spec, io: Context['io']): Promise<boolean> {
  if (spec.kind !== 'file' || spec.path === '-') return false;
  const { holdsValues } = await import('../../helm/kinds/recognise.ts');
  try {
    return holdsValues({ name: spec.path, text: await io.readFile(spec.path) });
  } catch {
    // Whoever loads it says what is wrong with it.
    return false;
  }
}

/** A name as one item of the list that `-f` takes. */
function asListItem(path: string): string {
  return path.includes(',') ? `"${path.replaceAll('"', '""')}"` : path;
}

type Problems = { readonly problems: readonly Problem[]; readonly texts: ReadonlyMap<string, string> };

/** What is not live comes first: it says which objects to look for in the cluster, and with which values to render. */
async function loadBoth(
  [left, right]: readonly [Spec, Spec],
  args: DiffArgs,
  context: Context,
): Promise<readonly [Loaded, Loaded, Problems | undefined]> {
  let second = right.kind === 'live' || right.kind === 'rendering' ? undefined : await load(right, args, context);
  let first = left.kind === 'live' ? undefined : await load(left, args, context, second?.release);
  let problems: Problems | undefined;
  if (right.kind === 'rendering') {
    const rendered = await renderSide(args, first?.release ?? (await releaseOfLive(left, args, context)), context.io);
    for (const text of rendered.notes) context.note(text);
    problems = rendered;
    second = rendered;
  }
  first ??= await loadLive(second, args, context);
  second ??= await loadLive(first, args, context);
  return [first, second, problems];
}

async function load(spec: Spec, args: DiffArgs, context: Context, other?: Release): Promise<Loaded> {
  switch (spec.kind) {
    case 'file': {
      const loaded = await loadFile(
        spec.path,
        args.revision === undefined ? undefined : revisionOf(args.revision),
        context.io,
      );
      if (loaded.release !== undefined)
        context.note(`${spec.path === '-' ? stdinName : spec.path}: ${loaded.name}, ${loaded.release.status}`);
      return loaded;
    }
    case 'release':
      return asLoaded(await releaseFrom(spec, args, context));
    case 'values':
      return await loadValues(spec, args, context, other);
    default:
      throw new Error(`${spec.kind} is loaded elsewhere`);
  }
}

/** Values for a release, rendered: `values:prod.yaml@1.22.1`. */
async function loadValues(
  spec: Spec & { kind: 'values' },
  args: DiffArgs,
  context: Context,
  other: Release | undefined,
): Promise<Loaded> {
  const none = { set: [], 'set-string': [], 'set-json': [], 'set-file': [], 'set-literal': [] };
  const values = spec.paths === '' ? [] : [spec.paths];
  const rendered = await renderSide({ ...args, ...none, values, 'chart-version': spec.version }, other, context.io);
  for (const text of rendered.notes) context.note(text);
  context.report(rendered.problems, rendered.texts);
  const name = spec.paths === '' ? 'default values' : spec.paths;
  if (hasErrors(rendered.problems))
    throw new CannotDo(`${name} cannot be rendered`, 'glistio validate says more about values');
  return { ...rendered, name: `${name} for ${rendered.name.replace('rendering for ', '')}` };
}

async function releaseFrom(spec: Spec & { kind: 'release' }, args: DiffArgs, context: Context): Promise<Release> {
  const { readInstalled } = await import('./cluster.ts');
  return await readInstalled(spec, args, context);
}

/** A cluster also knows with which values, and of which chart, what runs was installed; if it does not, nothing is lost. */
async function releaseOfLive(left: Spec, args: DiffArgs, context: Context): Promise<Release | undefined> {
  if (left.kind !== 'live' || (args.values.length > 0 && args['chart-version'] !== undefined)) return undefined;
  const { findInstalled } = await import('./cluster.ts');
  return await findInstalled(args, context);
}

async function loadLive(other: Loaded | undefined, args: DiffArgs, context: Context): Promise<Loaded> {
  const { readLive } = await import('./cluster.ts');
  return await readLive(other, args, context);
}

import { type NamedText, readText, reasonOf, refuseSecondStdin, stdinName, targetOf } from '../node/sources.ts';
import { type Change, functionOptions } from '../objects/manifests.ts';
import { CannotDo, type Outcome } from '../outcome.ts';
import { payload } from '../printable.ts';
import { counted } from '../words.ts';
import type { Args, Context, Options, ParsedArgs, Positional } from './command.ts';
import { refuseIdle } from './idle.ts';
import { clusterChangeOptions, recursiveOption } from './options.ts';

/** Options of every command that changes manifests. */
export const manifestOptions = {
  'in-place': { kind: 'flag', alias: 'i', summary: 'Change the files in place instead of printing the result' },
  check: {
    kind: 'flag',
    summary: 'List the files that would change, and exit with 1 if there are any; change nothing',
  },
  ...recursiveOption,
} as const satisfies Options;

export const manifestFiles = [
  {
    name: 'FILE',
    completes: 'file',
    summary: 'Manifests in YAML or JSON, or directories of them; without any, or for -, stdin is read',
    optional: true,
    many: true,
  },
] as const satisfies readonly Positional[];

/** Reads the manifests that the arguments name, including those in directories; without arguments reads stdin. */
export async function readManifests(
  { recursive }: { readonly recursive: boolean },
  { positionals, io }: Pick<Context, 'positionals' | 'io'>,
): Promise<NamedText[]> {
  const names = positionals.length === 0 ? ['-'] : positionals;
  refuseSecondStdin(names);
  const sources: NamedText[] = [];
  for (const name of names) {
    const directory = name === '-' ? undefined : await io.manifestsIn?.(name, recursive);
    if (directory?.length === 0) throw new CannotDo(`there are no manifests in ${name}`, noManifests(recursive));
    for (const file of directory ?? [name])
      sources.push({ name: file === '-' ? stdinName : file, text: await readText(file, io) });
  }
  return sources;
}

function noManifests(isRecursive: boolean): string {
  const what = 'files that end in .yaml, .yml or .json are read';
  return isRecursive ? what : `${what}; --recursive also reads its subdirectories`;
}

/**
 * The arguments, with those of a KRM function's configuration if the input is a ResourceList; its keys are the options'
 * names, in either spelling (`istio-version`, `istioVersion`).
 */
export function withFunctionConfig<A extends ParsedArgs>(args: A, options: Options, sources: readonly NamedText[]): A {
  const config = sources.map(functionOptions).find((found) => found !== undefined);
  refuseClusterOptions(args);
  if (config === undefined) return args;
  const merged: Record<string, ParsedArgs[string]> = { ...args };
  for (const [key, value] of Object.entries(config)) {
    const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (option === undefined) {
      const idle: readonly string[] = Object.keys({ ...manifestOptions, ...clusterChangeOptions });
      const useful = Object.keys(options).filter((one) => !idle.includes(one));
      throw new CannotDo(`functionConfig has ${key}, which is not an option`, `options: ${useful.join(', ')}`);
    }
    const texts = (Array.isArray(value) ? value : [value]).map(String);
    if (option.kind === 'flag') merged[name] = texts[0] === 'true';
    else if (option.kind === 'texts') merged[name] = texts;
    else merged[name] = choiceOf(name, texts[0] ?? '', option.choices);
  }
  refuseClusterOptions(merged);
  // Every value was converted to its option's own kind.
  return merged as A;
}

/** When files are read, options for a cluster would silently do nothing. */
export function refuseClusterOptions(args: ParsedArgs): void {
  const why = 'does nothing here: manifests are read from files';
  refuseIdle(args, ['cluster', 'yes'], why, '--cluster changes a cluster');
}

function choiceOf(name: string, text: string, choices: readonly string[] | undefined): string {
  if (choices === undefined || choices.includes(text)) return text;
  throw new CannotDo(`functionConfig ${name} cannot be "${text}"`, `choose one of: ${choices.join(', ')}`);
}

/** Reports the problems and writes the manifests: all of them, or none if there is an error. */
export async function writeChange(
  change: Change,
  sources: readonly NamedText[],
  args: Args<typeof manifestOptions> & { readonly 'dry-run'?: string | undefined },
  { io, report, note }: Context,
): Promise<Outcome> {
  const refused = report(change.problems, new Map(sources.map(({ name, text }) => [name, text])));
  for (const text of change.notes) note(text);
  if (refused && !change.isFunction) return 'findings';
  if (args.check) return checked(change, refused, note);
  const isDry = args['dry-run'] !== undefined && args['dry-run'] !== 'none';
  if (args['in-place'] && !isDry) await rewrite(change, { io, note });
  else io.stdout(payload(joined(change.manifests.map(({ text }) => text))));
  return refused ? 'findings' : 'done';
}

/** `--check`: lists the files that would change, and changes none. */
function checked({ manifests }: Change, refused: boolean, note: Context['note']): Outcome {
  const touched = manifests.filter(({ isChanged }) => isChanged);
  for (const { name } of touched) note(`${name} would change`);
  if (touched.length === 0) note('nothing would change');
  return refused || touched.length > 0 ? 'findings' : 'done';
}

async function rewrite({ manifests, changed }: Change, { io, note }: Pick<Context, 'io' | 'note'>): Promise<void> {
  if (manifests.some(({ name }) => name === stdinName)) {
    throw new CannotDo('--in-place needs files, but the input is stdin', 'leave it out to print the result');
  }
  const touched = manifests.filter(({ isChanged }) => isChanged);
  try {
    await io.writeFiles(touched.map(({ name, text }) => ({ path: name, text })));
  } catch (error) {
    throw new CannotDo(`cannot write ${targetOf(error) ?? 'the files'}: ${reasonOf(error)}`, 'no file was changed');
  }
  note(`${counted(changed, 'object')} changed, in ${touched.length} of ${manifests.length} files`);
}

/** Several texts as one YAML stream. */
function joined(texts: readonly string[]): string {
  const [first = '', ...others] = texts;
  return others.reduce((all, text) => {
    const ended = all === '' || all.endsWith('\n') ? all : `${all}\n`;
    return ended + (/^(?:[ \t]*(?:#[^\n]*)?\n)*---/.test(text) ? text : `---\n${text}`);
  }, first);
}

/** `a=b,c=d` as labels. */
export function readSelector(texts: readonly string[]): Record<string, string> | undefined {
  if (texts.length === 0) return undefined;
  const pairs = texts
    .flatMap((text) => text.split(','))
    .map((pair) => {
      const [, key, value] = /^([^=\s]+)\s*==?\s*([^=\s]*)$/.exec(pair.trim()) ?? [];
      if (key === undefined || value === undefined) {
        throw new CannotDo(`"${pair}" selects nothing`, 'write key=value, or several separated by commas');
      }
      return [key, value] as const;
    });
  return Object.fromEntries(pairs);
}

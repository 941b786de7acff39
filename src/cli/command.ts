import type { Session } from '../fleet/plan.ts';
import type { Outcome } from '../outcome.ts';
import type { UserSettings } from './user-settings.ts';

/** One option of a command. `kind` says what it gives: a flag, one text (the last one wins), or every text given. */
export interface Option {
  readonly kind: 'flag' | 'text' | 'texts';
  readonly alias?: string;
  /** What stands for the value in help: FILE, NAME. */
  readonly value?: string;
  readonly summary: string;
  readonly choices?: readonly string[];
  readonly fallback?: string;
  /** What the option alone means: then its value stands behind `=`, and the next word is no part of it. */
  readonly bare?: string;
  /** The heading under which help lists it; Options, if none is given. */
  readonly group?: string;
  /** What a shell should offer as value. */
  readonly completes?: Completes;
}
export type Options = Readonly<Record<string, Option>>;

/** `value` is a path in the chart's values, `setting` one with `=` behind it, `failing` what `--fail-on` takes. */
type Completes = 'file' | 'directory' | 'release' | 'code' | 'failing' | 'value' | 'setting' | 'context' | 'namespace';

export interface Positional {
  readonly name: string;
  readonly summary: string;
  readonly optional?: boolean;
  /** The last one may stand several times. */
  readonly many?: boolean;
  readonly completes?: Completes;
  readonly choices?: readonly string[];
}

/** What the options of a declaration arrive as. */
export type Args<O extends Options> = { readonly [K in keyof O]: ArgOf<O[K]> };
type ArgOf<T extends Option> = T['kind'] extends 'flag'
  ? boolean
  : T['kind'] extends 'texts'
    ? readonly string[]
    : T extends { readonly fallback: string }
      ? ChoiceOf<T>
      : ChoiceOf<T> | undefined;
type ChoiceOf<T extends Option> = T extends { readonly choices: readonly (infer C)[] } ? C : string;

/** The same before a command has said what its options are. */
export type ParsedArgs = Readonly<Record<string, boolean | string | readonly string[] | undefined>>;

interface Example {
  readonly command: string;
  readonly summary: string;
}

/** What a command is given besides its arguments. */
export interface Context extends Session {
  readonly commands: readonly Command[];
  readonly settings: UserSettings;
  readonly positionals: readonly string[];
}

/** A command as data: the parser, the help and the completion all read this and nothing else. */
export interface Command {
  /** One word or several: `render`, `releases diff`. */
  readonly name: string;
  readonly summary: string;
  readonly positionals?: readonly Positional[];
  readonly options: Options;
  readonly examples: readonly Example[];
  /** Whether `.glistio.yaml` counts for it; not where nothing is judged. */
  readonly readsSettings?: false;
  run(args: ParsedArgs, context: Context): Promise<Outcome>;
}

/** A command with the types of its own options. */
export interface Declaration<O extends Options> extends Omit<Command, 'options' | 'run'> {
  readonly options: O;
  run(args: Args<O>, context: Context): Promise<Outcome>;
}

/** Checks a declaration with its own option types, and forgets them so that commands can stand in one list. */
export function defineCommand<const O extends Options>(command: Declaration<O>): Command {
  // The parser builds the arguments from these same options, so the types that are dropped here hold.
  return command as unknown as Command;
}

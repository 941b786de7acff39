import type { Session } from '../fleet/plan.ts';
import type { Outcome } from '../outcome.ts';
import type { UserSettings } from './user-settings.ts';

/**
 * One option of a command. `kind` is its type: a flag, one string (the last one wins), or all strings that were given.
 */
export interface Option {
  readonly kind: 'flag' | 'text' | 'texts';
  readonly alias?: string;
  /** The placeholder for the value in help: FILE, NAME. */
  readonly value?: string;
  readonly summary: string;
  readonly choices?: readonly string[];
  readonly fallback?: string;
  /** The value if the option is given alone; any other value must follow `=`, and the next word is never its value. */
  readonly bare?: string;
  /** The heading under which help lists it; Options by default. */
  readonly group?: string;
  /** The values that a shell should offer. */
  readonly completes?: Completes;
}
export type Options = Readonly<Record<string, Option>>;

/**
 * `value` is a path in the chart's values (a file if none fits), `setting` one followed by `=`, `failing` what
 * `--fail-on` takes, `report` what `--report` does.
 */
type Completes =
  | 'file'
  | 'directory'
  | 'release'
  | 'code'
  | 'failing'
  | 'report'
  | 'value'
  | 'setting'
  | 'context'
  | 'namespace';

export interface Positional {
  readonly name: string;
  readonly summary: string;
  readonly optional?: boolean;
  /** The last one may be repeated. */
  readonly many?: boolean;
  readonly completes?: Completes;
  readonly choices?: readonly string[];
}

/** The parsed options of a declaration. */
export type Args<O extends Options> = { readonly [K in keyof O]: ArgOf<O[K]> };
type ArgOf<T extends Option> = T['kind'] extends 'flag'
  ? boolean
  : T['kind'] extends 'texts'
    ? readonly string[]
    : T extends { readonly fallback: string }
      ? ChoiceOf<T>
      : ChoiceOf<T> | undefined;
type ChoiceOf<T extends Option> = T extends { readonly choices: readonly (infer C)[] } ? C : string;

/** The same, before the options of a command are known. */
export type ParsedArgs = Readonly<Record<string, boolean | string | readonly string[] | undefined>>;

/** What a command receives besides its arguments. */
export interface Context extends Session {
  readonly commands: readonly Command[];
  readonly settings: UserSettings;
  readonly positionals: readonly string[];
}

/** A command as data: parser, help and completion read nothing else. */
export interface Command {
  /** One word or several: `render`, `releases diff`. */
  readonly name: string;
  readonly summary: string;
  readonly positionals?: readonly Positional[];
  readonly options: Options;
  /** What each of some command lines does, for the help. */
  readonly examples: Readonly<Record<string, string>>;
  /** Whether `.glistio.yaml` applies; not for commands that report no problems. */
  readonly readsSettings?: false;
  run(args: ParsedArgs, context: Context): Promise<Outcome>;
}

/** A command with the types of its own options. */
export interface Declaration<O extends Options> extends Omit<Command, 'options' | 'run'> {
  readonly options: O;
  run(args: Args<O>, context: Context): Promise<Outcome>;
}

/** Checks a declaration against its own option types, then erases them so that commands fit in one list. */
export function defineCommand<const O extends Options>(command: Declaration<O>): Command {
  // The parser builds the arguments from these same options, so the erased types are correct.
  return command as unknown as Command;
}

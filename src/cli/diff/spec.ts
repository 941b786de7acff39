import { CannotDo } from '../../outcome.ts';
import { defined } from '../../value.ts';
import type { Loaded } from './load.ts';

/** The source of one side of a comparison. */
export type Spec =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'release'; readonly name: string; readonly namespace?: string; readonly revision?: number }
  | { readonly kind: 'live' }
  | { readonly kind: 'values'; readonly paths: string; readonly version?: string }
  | { readonly kind: 'rendering' }
  | { readonly kind: 'loaded'; readonly loaded: Loaded };

/** The accepted forms, for messages. */
const spellings = 'FILE, file:FILE, release:NAME[@REVISION], live:, values:FILE@VERSION';

/** Whether a text states what kind of source it is. */
export function isSpelled(text: string): boolean {
  return /^(?:file|release|live|values):/.test(text);
}

/** Parses a side. Without a known word before a colon, it is a file. */
export function parseSpec(text: string): Spec {
  const [, scheme, rest = ''] = /^(file|release|live|values):(.*)$/s.exec(text) ?? [];
  switch (scheme) {
    case 'file':
      return { kind: 'file', path: needed(rest, text) };
    case 'release':
      return parseRelease(rest, text);
    case 'live':
      if (rest !== '')
        throw new CannotDo(`"${text}" is not a valid source`, 'live: takes no argument; set the namespace with -n');
      return { kind: 'live' };
    case 'values': {
      const at = rest.lastIndexOf('@');
      if (at < 0) return { kind: 'values', paths: rest };
      return { kind: 'values', paths: rest.slice(0, at), version: needed(rest.slice(at + 1), text) };
    }
    default:
      return { kind: 'file', path: needed(text, text) };
  }
}

/** The value of `--revision`, if it is given. */
export function revisionOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new CannotDo(`--revision cannot be "${text}"`, 'a number, as helm history lists them');
  return Number(text);
}

function parseRelease(rest: string, text: string): Spec {
  const [matched, namespace, name = '', revision] = /^(?:([a-z0-9.-]+)\/)?([a-z0-9.-]+)(?:@(\d+))?$/.exec(rest) ?? [];
  if (matched === undefined)
    throw new CannotDo(`"${text}" is not a release`, 'write release:gloo, release:gloo@3 or release:edge/gloo@3');
  return defined({ kind: 'release', name, namespace, revision: revision === undefined ? undefined : Number(revision) });
}

function needed(part: string, text: string): string {
  if (part === '') throw new CannotDo(`"${text}" is not a valid source`, `one of: ${spellings}`);
  return part;
}

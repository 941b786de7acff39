/** Parses hints back into changes of values, by the phrases that the rules use. */
import { formatPath, type Path, type Problem, parsePath } from '../problem.ts';
import type { Value } from '../value.ts';
import { homeOf } from '../verbs/as-given.ts';
import { readYaml } from '../yaml/read.ts';

/** One way to fix a problem. Paths are those of the values as written. */
export type Way =
  | { readonly kind: 'rename'; readonly to: string }
  | { readonly kind: 'move'; readonly to: Path }
  | { readonly kind: 'set'; readonly path: Path; readonly value: Value }
  | { readonly kind: 'remove' }
  /** The mounts and variables that the problem's container needs. */
  | {
      readonly kind: 'complete';
      readonly mounts: Readonly<Record<string, string>>;
      readonly env: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'quote' };

/** The ways that a problem's hint names, in its order; empty if no edit can do what it asks for. */
export function waysOf(problem: Problem): readonly Way[] {
  const { hint = '', suggestion, code, path: about = '' } = problem;
  const path = parsePath(about);
  const meant = /^(?:Did you mean|Use|Move it to) (\S+?)(?:\?|, which|\.(?:\s|$))/.exec(hint)?.[1] ?? suggestion;
  if (meant !== undefined) {
    if (code === 'unknown-choice') return [{ kind: 'set', path, value: meant }];
    return [towards(path, meant)];
  }
  const isQuoted = hint.startsWith('write ') && hint.endsWith(' in quotes');
  if (isQuoted || /^Quote it: "|put it in quotes|if the text is meant$/.test(hint)) return [{ kind: 'quote' }];
  const scalars = /^write (\d+|true|false)(?:, or (\d+) if it is not meant as octal)?$/.exec(hint)?.slice(1) ?? [];
  if (scalars.length > 0)
    return scalars.flatMap((one) =>
      one === undefined ? [] : [{ kind: 'set', path, value: scalarIn(one) ?? null } as const],
    );
  return [
    ...writtenIn(hint, path),
    ...setIn(hint, path),
    ...containerIn(hint),
    ...(removes.test(hint) ? [{ kind: 'remove' } as const] : []),
  ];
}

const removes =
  /^(?:(?:Remove|remove|Leave) (?:it|them|the security context)\b|They can be removed|Correct or remove it|It is in |Its successor is )|, or remove it\.$/;

function towards(path: Path, meant: string): Way {
  const to = parsePath(meant);
  const isSibling = to.length === path.length && formatPath(to.slice(0, -1)) === formatPath(path.slice(0, -1));
  if (to.length === 1) return { kind: 'rename', to: meant };
  return isSibling ? { kind: 'rename', to: String(to.at(-1)) } : { kind: 'move', to };
}

/** `Set OUTPUT_CERTS to … and mount the volume … at …`: what a container lacks. */
function containerIn(hint: string): Way[] {
  const variable = /^Set (?:the variable )?([A-Z][A-Z_]+) to (\S+?|\{.*\})(?= and mount |\.(?:\s|$))/.exec(hint);
  const [, volume, at = ''] = /[mM]ount the volume (\S+) (there|at \S+)/.exec(hint) ?? [];
  const folder = at === 'there' ? variable?.[2] : at.replace(/^at /, '').replace(/\.$/, '');
  const mounts = volume === undefined || folder === undefined ? {} : { [volume]: folder };
  const env = variable?.[1] === undefined ? {} : { [variable[1]]: variable[2] ?? '' };
  return Object.keys({ ...mounts, ...env }).length === 0 ? [] : [{ kind: 'complete', mounts, env }];
}

/** `key: value` for the problem's key, once or twice. */
function* writtenIn(hint: string, path: Path): Generator<Way> {
  const key = path.at(-1);
  if (typeof key !== 'string') return;
  const head = `${/^[\w./-]+$/.test(key) ? key : JSON.stringify(key)}: `;
  for (let at = hint.indexOf(head); at >= 0; at = hint.indexOf(head, at + 1)) {
    if (/[\w.]$/.test(hint.slice(0, at))) continue;
    const rest = hint.slice(at + head.length);
    const end = rest.search(/ for what (?:arrives|was written)|\.(?:\s|$)|, or /);
    const value = scalarIn(end < 0 ? rest : rest.slice(0, end));
    if (value !== undefined) yield { kind: 'set', path, value };
  }
}

/** `Set a.b: value`, where the path is absolute or relative to the problem's path. */
function* setIn(hint: string, path: Path): Generator<Way> {
  for (const [, words = '', text = ''] of hint.matchAll(/(?:\b[Ss]et|, or) ([\w.]+): (\S+)/g)) {
    const to = homeOf(parsePath(words), path);
    const value = scalarIn(text.replace(/[.,]$/, ''));
    if (to !== undefined && value !== undefined && formatPath(to) !== formatPath(path))
      yield { kind: 'set', path: to, value };
  }
}

function scalarIn(text: string): Value | undefined {
  const { value, problems } = readYaml({ name: '', text });
  return problems.length > 0 || /…/.test(text) ? undefined : value;
}

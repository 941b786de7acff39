import { parsePointer } from '../json-pointer.ts';
import type { Problem } from '../problem.ts';
import { type Glob, matchesGlob, parseGlob } from './glob.ts';

/**
 * Selects places in objects: `spec.replicas`, `**.env[FOO]`, `Deployment/edge-*:spec.template.metadata.annotations.*`,
 * or a JSON pointer (`/metadata/annotations/meta.helm.sh~1release-name`). `*` matches any text within a step, `**` any
 * number of steps. A step that contains a dot is put in brackets, with or without quotes, or escapes it as `\.`. List
 * items are selected by their identity.
 */
export interface Pattern {
  readonly text: string;
  /** `Kind` or `Kind/name`, if only some objects are selected. */
  readonly object?: ObjectGlob;
  readonly steps: readonly (Glob | string | typeof anySteps)[];
}

const anySteps = Symbol('**');

/** Parses a pattern, or returns what is wrong with it: an invalid pattern must not silently match nothing. */
export function parsePattern(text: string): Pattern | Problem {
  const [prefix = '', kind, name] = /^([A-Z*][A-Za-z*]*)(?:\/([^:[\]]+))?:/.exec(text) ?? [];
  const rest = text.slice(prefix.length);
  const steps = rest.startsWith('/') ? pointerSteps(rest) : dottedSteps(rest);
  if (steps === undefined || steps.length === 0) return unreadable(text);
  return {
    text,
    ...(kind === undefined ? {} : { object: { kind: parseGlob(kind), name: parseGlob(name ?? '*') } }),
    steps: steps.map((step) => (step === '**' ? anySteps : step.includes('*') ? parseGlob(step) : step)),
  };
}

function unreadable(text: string): Problem {
  const hint =
    'like spec.replicas, **.env[FOO], Deployment/gateway-proxy:metadata.labels["a.b/c"], or a JSON pointer /spec/replicas';
  return {
    code: 'bad-path-pattern',
    severity: 'error',
    message: `"${text}" is not a path that can be ignored or included.`,
    hint,
  };
}

function pointerSteps(text: string): string[] | undefined {
  const steps = parsePointer(text);
  return steps.includes('') || /~(?![01])/.test(text) ? undefined : steps;
}

function dottedSteps(text: string): string[] | undefined {
  const grammar =
    /(?<dot>\.?)(?<word>(?:\\.|[^\\.[\]"'\s])+)|\["(?<double>(?:\\.|[^"\\])+)"\]|\['(?<single>[^']+)'\]|\[(?<bare>[^\]"'[]+)\]/gy;
  const steps: string[] = [];
  for (let start = 0; start < text.length; start = grammar.lastIndex) {
    const groups = grammar.exec(text)?.groups;
    if (groups === undefined) return undefined;
    // The first step has no dot before it; every later word has one.
    if (groups['word'] !== undefined && (groups['dot'] === '') !== (start === 0)) return undefined;
    const step =
      groups['word']?.replace(/\\(.)/g, '$1') ??
      groups['double']?.replace(/\\(.)/g, '$1') ??
      groups['single'] ??
      groups['bare'];
    steps.push(step ?? '');
  }
  return steps;
}

/** The objects that a pattern selects. */
export interface ObjectGlob {
  readonly kind: Glob;
  readonly name: Glob;
}

export function meansObject(glob: ObjectGlob, kind: string, name: string): boolean {
  return matchesGlob(glob.kind, kind) && matchesGlob(glob.name, name);
}

/** The states of the patterns after some steps: every state that is still possible, usually none. */
export type Progress = readonly { readonly pattern: Pattern; readonly next: number }[];

const general = new WeakMap<readonly Pattern[], Progress>();

/** The patterns that select an object, before its first step. */
export function startOf(patterns: readonly Pattern[], kind: string, name: string): Progress {
  let ofAll = general.get(patterns);
  if (ofAll === undefined) {
    ofAll = started(patterns.filter(({ object }) => object === undefined));
    general.set(patterns, ofAll);
  }
  const own = patterns.filter(({ object }) => object !== undefined && meansObject(object, kind, name));
  return own.length === 0 ? ofAll : [...ofAll, ...started(own)];
}

function started(patterns: readonly Pattern[]): Progress {
  return patterns.flatMap((pattern) => atOrBehind({ pattern, next: 0 }));
}

/** The states after one more step. */
export function advance(progress: Progress, step: string | number): Progress {
  if (progress.length === 0) return progress;
  let known = advanced.get(progress);
  if (known === undefined) {
    known = new Map();
    advanced.set(progress, known);
  }
  const word = String(step);
  let next = known.get(word);
  if (next === undefined) {
    next = advanceBy(progress, word);
    known.set(word, next);
  }
  return next;
}

/** A cache: objects are similar, so the same step is matched for each of them. */
const advanced = new WeakMap<Progress, Map<string, Progress>>();

function advanceBy(progress: Progress, word: string): Progress {
  const states: Progress[number][] = [];
  for (const { pattern, next } of progress) {
    const wanted = pattern.steps[next];
    if (wanted === undefined) continue;
    const taken = wanted === anySteps || (typeof wanted === 'string' ? wanted === word : matchesGlob(wanted, word));
    if (!taken) continue;
    for (const state of atOrBehind({ pattern, next: wanted === anySteps ? next : next + 1 })) {
      if (!states.some((other) => other.pattern === pattern && other.next === state.next)) states.push(state);
    }
  }
  return states.length === 0 ? nowhere : states;
}

const nowhere: Progress = [];

/** `**` may match no step at all. */
function atOrBehind(state: Progress[number]): Progress[number][] {
  const { pattern, next } = state;
  return pattern.steps[next] === anySteps && next + 1 < pattern.steps.length
    ? [state, ...atOrBehind({ pattern, next: next + 1 })]
    : [state];
}

/** Whether a pattern selects exactly this place. */
export function isReached(progress: Progress): boolean {
  return progress.some(({ pattern, next }) => {
    const { length } = pattern.steps;
    return next === length || (next === length - 1 && pattern.steps[next] === anySteps);
  });
}

import { type Document, documentsOf } from '../objects/documents.ts';
import { proxyKinds } from '../objects/gateway-proxies.ts';
import { type ReadSide, readSide, type Side, sideTextsOf } from '../objects/read.ts';
import { hasErrors, type Problem } from '../problem.ts';
import type { DiffOptions, DiffPlan } from './options.ts';
import { keyOf, type Pair, pairsOf } from './scope.ts';

export interface Paired {
  readonly sides: { readonly left: ReadSide; readonly right: ReadSide };
  readonly pairs: readonly Pair[];
  readonly problems: readonly Problem[];
}

/** Reads both sides and finds what is compared with what. If `complete`, every document is read, wanted or not. */
export function pairSides(left: Side, right: Side, plan: DiffPlan, options: DiffOptions, complete = false): Paired {
  const { names, namespace = 'gloo-system' } = options;
  const parts = new Map<string, Document[]>();
  const split = (text: string): Document[] => {
    const found = parts.get(text) ?? documentsOf(text);
    parts.set(text, found);
    return found;
  };
  const shared = complete ? none : sharedDocuments(left, right, split);
  const isSkipped = (text: string): boolean =>
    !complete && ((shared.size > 0 && shared.has(text.trim())) || (plan.objects.length === 0 && isForeign(text)));
  const sides = {
    left: readSide(left, { name: names?.left ?? 'left', namespace, isSkipped, split }),
    right: readSide(right, { name: names?.right ?? 'right', namespace, isSkipped, split }),
  };
  const problems = [...plan.problems, ...sides.left.problems, ...sides.right.problems];
  if (hasErrors(problems)) return { sides, pairs: [], problems };
  const pairs = pairsOf(sides.left.objects, sides.right.objects, plan.objects);
  const isGiven =
    sideTextsOf(left)
      .concat(sideTextsOf(right))
      .some((text) => text.trim() !== '') || sides.left.objects.length + sides.right.objects.length > 0;
  const empty = shared.size > 0 || !isGiven ? [] : emptySides(sides, pairs);
  const twice = [...duplicatesIn(sides.left, pairs), ...duplicatesIn(sides.right, pairs)];
  return { sides, pairs, problems: [...problems, ...twice, ...empty] };
}

const none: ReadonlySet<string> = new Set();
const manyDocuments = 200;

/** Of large texts, documents that both have word for word need not be parsed. */
function sharedDocuments(left: Side, right: Side, split: typeof documentsOf): ReadonlySet<string> {
  const texts = (side: Side): string[] =>
    sideTextsOf(side).flatMap((text) => split(text).map((document) => document.text.trim()));
  const own = texts(left);
  if (own.length < manyDocuments) return none;
  const others = new Set(texts(right));
  return new Set(own.filter((text) => others.has(text)));
}

/** Whether a document says at first sight that it is of a kind that no gateway proxy consists of. */
function isForeign(text: string): boolean {
  const kind = /^kind:[ \t]*["']?([A-Za-z]+)["']?[ \t]*\r?$/m.exec(text)?.[1];
  const isKnown = kind === undefined || proxyKinds.includes(kind) || kind.endsWith('List') || kind === 'Secret';
  return !isKnown && !text.includes('kube-gateway');
}

/** Objects that stand twice among those that are compared: a cluster has only one of them, and nobody knows which. */
function duplicatesIn({ name, objects }: ReadSide, pairs: readonly Pair[]): Problem[] {
  const compared = new Set(pairs.flatMap(({ left, right }) => [left, right]).map((one) => one && keyOf(one)));
  const seen = new Set<string>();
  return objects.flatMap((object): Problem[] => {
    const key = keyOf(object);
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    if (!compared.has(key)) return [];
    const message = `${object.kind} ${object.namespace}/${object.name} is there more than once, so it cannot be compared: a cluster has only one of them.`;
    return [{ code: 'duplicate-object', severity: 'error', message, file: name, hint: 'Remove all but one.' }];
  });
}

/** A comparison with nothing is more often a wrong file than an answer. */
function emptySides({ left, right }: { left: ReadSide; right: ReadSide }, pairs: readonly Pair[]): Problem[] {
  const isEmpty = (side: 'left' | 'right'): boolean => pairs.every((pair) => pair[side] === undefined);
  const tell = ({ name }: ReadSide): Problem => ({
    code: 'no-gateway-proxy',
    severity: 'warning',
    message: `${name} has no gateway proxy to compare.`,
    file: name,
    hint: "objects are taken for a gateway proxy's by their label gloo: gateway-proxy; --include KIND/NAME compares others",
  });
  return [...(isEmpty('left') ? [tell(left)] : []), ...(isEmpty('right') ? [tell(right)] : [])];
}

import { isKubeProxy } from '../objects/gateway-proxies.ts';
import type { KubeObject } from '../objects/object.ts';
import { proxyCompanionKinds, proxyKinds } from '../objects/proxy-kinds.ts';
import { type ReadSide, readSide, type Side, sideTextsOf } from '../objects/read.ts';
import { hasErrors, type Problem } from '../problem.ts';
import { type Document, documentsOf } from '../yaml/documents.ts';
import { hasWorkloadsOnly, withApplied } from './applied.ts';
import { withoutAssigned } from './assigned.ts';
import type { DiffOptions, DiffPlan } from './options.ts';
import { keyOf, type Pair, pairsOf, proxyObjectsOf } from './scope.ts';

export interface Paired {
  readonly sides: { readonly left: ReadSide; readonly right: ReadSide };
  readonly pairs: readonly Pair[];
  readonly problems: readonly Problem[];
}

/**
 * Reads both sides and pairs their objects. If `complete`, every document is read, not only those that are compared.
 */
export function pairSides(left: Side, right: Side, plan: DiffPlan, options: DiffOptions, complete = false): Paired {
  const { names, namespace = 'gloo-system' } = options;
  const documents = new Map<string, Document[]>();
  const split = (text: string): Document[] => {
    const found = documents.get(text) ?? documentsOf(text);
    documents.set(text, found);
    return found;
  };
  const shared = complete ? none : sharedDocuments(left, right, split);
  const isSkipped = (text: string): boolean =>
    !complete && ((shared.size > 0 && shared.has(text.trim())) || (plan.objects.length === 0 && isForeign(text)));
  const read = (side: Side, name: string): ReadSide => {
    const found = readSide(side, { name, namespace, isSkipped, split });
    return { ...found, objects: withApplied(found.objects) };
  };
  const sides = { left: read(left, names?.left ?? 'left'), right: read(right, names?.right ?? 'right') };
  const problems = [...plan.problems, ...sides.left.problems, ...sides.right.problems];
  if (hasErrors(problems)) return { sides, pairs: [], problems };
  const everything = pairsOf(sides.left.objects, sides.right.objects, plan.objects);
  const parts = shared.size > 0 || options.objects === 'workloads' ? [] : partialSides(sides);
  const isPartial = parts.length > 0 || options.objects === 'workloads';
  const isAsked = (one: KubeObject | undefined): boolean =>
    !isPartial ||
    one === undefined ||
    !proxyCompanionKinds.includes(one.kind) ||
    isKubeProxy(one.object) ||
    plan.objects.length > 0;
  const asked = everything.filter(({ left: one, right: other }) => isAsked(one ?? other));
  const pairs = plan.assigned ? asked : asked.map(withoutAssigned);
  const isGiven =
    sideTextsOf(left)
      .concat(sideTextsOf(right))
      .some((text) => text.trim() !== '') || sides.left.objects.length + sides.right.objects.length > 0;
  const empty = shared.size > 0 || !isGiven ? [] : emptySides(sides, pairs);
  const twice = [...duplicatesIn(sides.left, pairs), ...duplicatesIn(sides.right, pairs)];
  return { sides, pairs, problems: [...problems, ...twice, ...parts, ...empty] };
}

/**
 * Objects that a partial installation omits were not removed; if the other side has them, a problem says that they are
 * not compared.
 */
function partialSides({ left, right }: Paired['sides']): Problem[] {
  const [some, others] = [proxyObjectsOf(left.objects, false), proxyObjectsOf(right.objects, false)];
  const tell = (side: ReadSide, part: readonly KubeObject[], whole: readonly KubeObject[]): Problem[] => {
    if (!hasWorkloadsOnly(part) || hasWorkloadsOnly(whole) || whole.length === 0) return [];
    const message = `${side.name} has nothing but workloads and ConfigMaps of gateway proxies, so only these are compared.`;
    const hint = 'Give Services, service accounts, autoscalers, disruption budgets and Gateways too.';
    return [{ code: 'workloads-only', severity: 'info', message, file: side.name, hint }];
  };
  return [...tell(left, some, others), ...tell(right, others, some)];
}

const none: ReadonlySet<string> = new Set();
const manyDocuments = 200;

/** In large inputs, documents that are identical on both sides are not parsed. */
function sharedDocuments(left: Side, right: Side, split: typeof documentsOf): ReadonlySet<string> {
  const texts = (side: Side): string[] =>
    sideTextsOf(side).flatMap((text) => split(text).map((document) => document.text.trim()));
  const own = texts(left);
  if (own.length < manyDocuments) return none;
  const others = new Set(texts(right));
  return new Set(own.filter((text) => others.has(text)));
}

/** Whether the kind at the start of a document already excludes it from every gateway proxy. */
function isForeign(text: string): boolean {
  const kind = /^kind:[ \t]*["']?([A-Za-z]+)["']?[ \t]*\r?$/m.exec(text)?.[1];
  const isKnown =
    kind === undefined || proxyKinds.includes(kind) || kind.endsWith('List') || kind === 'Secret' || kind === 'Job';
  return !isKnown && !text.includes('kube-gateway');
}

/**
 * Objects that occur twice among those that are compared: a cluster has only one of them, and it is not known which.
 */
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
    const message = `${object.kind} ${object.namespace}/${object.name} occurs more than once, so it cannot be compared: a cluster has only one of them.`;
    return [{ code: 'duplicate-object', severity: 'error', message, file: name, hint: 'Remove all but one.' }];
  });
}

/** An empty side is more likely a wrong file than an intended comparison. */
function emptySides({ left, right }: { left: ReadSide; right: ReadSide }, pairs: readonly Pair[]): Problem[] {
  const isEmpty = (side: 'left' | 'right'): boolean => pairs.every((pair) => pair[side] === undefined);
  const tell = ({ name }: ReadSide): Problem => ({
    code: 'no-gateway-proxy',
    severity: 'warning',
    message: `${name} has no gateway proxy to compare.`,
    file: name,
    hint: 'objects of a gateway proxy are recognised by the label gloo: gateway-proxy; --include KIND/NAME compares others',
  });
  return [...(isEmpty('left') ? [tell(left)] : []), ...(isEmpty('right') ? [tell(right)] : [])];
}

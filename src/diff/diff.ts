import { hasErrors, type Problem } from '../problem.ts';
import type { ValueMap } from '../values/value.ts';
import { canonical } from './canonical.ts';
import { compare } from './compare.ts';
import { equal } from './equal.ts';
import { explain } from './meaning.ts';
import { documentsOf, type ReadObject, type ReadSide, readSide, type Side, textsOf } from './objects.ts';
import { type DiffOptions, type Plan, planOf } from './options.ts';
import { startOf } from './pattern.ts';
import { isHidden, redact } from './redact.ts';
import type { Change, ChangedObject, DiffReport } from './report.ts';
import { restartsOf } from './restart.ts';
import { keyOf, type Pair, pairsOf, proxyKinds } from './scope.ts';

/**
 * What differs between two sets of gateway proxies by meaning: not in layout, order of named items, defaults that the API
 * server fills in, or what Helm and kubectl write by themselves. Each side is the text of manifests (YAML or JSON, single
 * objects or lists, as Helm and kubectl print them) or objects. Pure; nothing throws, `problems` says what could not be read.
 */
export function diffManifests(left: Side, right: Side, options: DiffOptions = {}): DiffReport {
  const plan = planOf(options);
  const sides = readSides(left, right, plan, options);
  const names = { left: sides.left.name, right: sides.right.name };
  const problems = [...plan.problems, ...sides.left.problems, ...sides.right.problems];
  const nothing = { changes: [], objects: [], restarts: [], compared: 0, hidden: 0, names, problems };
  if (hasErrors(problems)) return { identical: false, ...nothing };
  const pairs = pairsOf(sides.left.objects, sides.right.objects, plan.objects);
  problems.push(...duplicatesIn(sides.left), ...duplicatesIn(sides.right), ...emptySides(sides, pairs));
  const objects = pairs.flatMap((pair) => comparePair(pair, plan, options.showSecrets === true) ?? []);
  const changes = objects.flatMap((object) => object.changes);
  const restarts = restartsOf(pairs, objects);
  const hidden = changes.filter(({ before, after }) => isHidden(before) || isHidden(after)).length;
  return {
    ...nothing,
    identical: changes.length === 0,
    changes,
    objects,
    restarts,
    compared: pairs.length,
    hidden,
    problems,
  };
}

/** Reads both sides; of large texts, documents that both have word for word are not even parsed. */
function readSides(
  left: Side,
  right: Side,
  plan: Plan,
  { names, namespace = 'gloo-system' }: DiffOptions,
): { left: ReadSide; right: ReadSide } {
  const shared = sharedDocuments(left, right);
  const isSkipped = (text: string): boolean =>
    shared.has(text.trim()) || (plan.objects.length === 0 && isForeign(text));
  return {
    left: readSide(left, { name: names?.left ?? 'left', namespace, isSkipped }),
    right: readSide(right, { name: names?.right ?? 'right', namespace, isSkipped }),
  };
}

const manyDocuments = 200;

function sharedDocuments(left: Side, right: Side): ReadonlySet<string> {
  const texts = (side: Side): string[] =>
    textsOf(side).flatMap((text) => documentsOf(text).map((document) => document.text.trim()));
  const own = texts(left);
  if (own.length < manyDocuments) return new Set();
  const others = new Set(texts(right));
  return new Set(own.filter((text) => others.has(text)));
}

/** Whether a document says at first sight that it is of a kind that no gateway proxy consists of. */
function isForeign(text: string): boolean {
  const kind = /^kind:[ \t]*["']?([A-Za-z]+)["']?[ \t]*\r?$/m.exec(text)?.[1];
  return kind !== undefined && !proxyKinds.includes(kind) && !kind.endsWith('List') && kind !== 'Secret';
}

function comparePair({ left, right }: Pair, plan: Plan, showSecrets: boolean): ChangedObject | undefined {
  const some = left ?? right;
  if (some === undefined || (left !== undefined && right !== undefined && equal(left.value, right.value)))
    return undefined;
  const { kind, namespace, name } = some;
  const object = { kind, namespace, name };
  const before = left && canonicalOf(left, plan);
  const after = right && canonicalOf(right, plan);
  const whole = before === undefined ? 'added' : after === undefined ? 'removed' : undefined;
  if (before !== undefined && after !== undefined && compare(before, after, kind).length === 0) return undefined;
  const shown = showSecrets ? { left: before, right: after } : redact(kind, before, after);
  const sides = {
    ...(shown.left === undefined ? {} : { left: shown.left }),
    ...(shown.right === undefined ? {} : { right: shown.right }),
  };
  const changes: Change[] =
    shown.left !== undefined && shown.right !== undefined
      ? compare(shown.left, shown.right, kind).map((difference) => explain({ object, ...difference }, before, after))
      : [
          explain(
            { object, path: [], change: whole ?? 'changed', ...beforeAndAfter(shown.left, shown.right) },
            before,
            after,
          ),
        ];
  return { ...object, change: whole ?? 'changed', changes, ...sides };
}

function beforeAndAfter(before: ValueMap | undefined, after: ValueMap | undefined): Pick<Change, 'before' | 'after'> {
  return { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
}

/** An object in one spelling; what identifies it is written out, whoever wrote it. */
function canonicalOf({ value, kind, namespace, name, apiVersion }: ReadObject, { ignore, include }: Plan): ValueMap {
  const filter = { ignore: startOf(ignore, kind, name), include: startOf(include, kind, name) };
  const metadata = { ...(value['metadata'] as ValueMap), ...(namespace === '' ? {} : { namespace }) };
  return canonical({ ...value, apiVersion, metadata }, kind, filter);
}

function duplicatesIn({ name, objects }: ReadSide): Problem[] {
  const seen = new Set<string>();
  return objects.flatMap((object): Problem[] => {
    const key = keyOf(object);
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    const message = `${object.kind} ${object.namespace}/${object.name} is there more than once; the last one is compared.`;
    return [{ code: 'duplicate-object', severity: 'warning', message, file: name }];
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
  if (pairs.length === 0 && (left.objects.length > 0 || right.objects.length > 0)) return [tell(left), tell(right)];
  if (pairs.length === 0) return [];
  return [...(isEmpty('left') ? [tell(left)] : []), ...(isEmpty('right') ? [tell(right)] : [])];
}

/** glistio's results for a case on a release, through the public function, as digests. */
import { createHash } from 'node:crypto';
import { type Problem, renderGatewayProxies, type Source, sharedSource } from '../../src/index.ts';
import { deviationIds } from '../../src/proxy/deviation.ts';
import { isMap, type ValueMap } from '../../src/value.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { comparable, digest, identity, maskRelease } from './canonical.ts';
import { type Answer, type Case, type Verdict, verdictsOf } from './suite.ts';

/** The digests of the objects, in the order of the recorded answers, and the reported deviations; or the errors. */
export type Outcome =
  | { readonly kind: 'rendered'; readonly objects: readonly Meaning[]; readonly deviations: readonly string[] }
  | { readonly kind: 'refused'; readonly errors: readonly Problem[] };

/** One object, with its release's own number masked. */
interface Meaning {
  readonly digest: string;
  readonly identity: string;
  readonly object: ValueMap;
}

/** The chart's output, and who rejects it. */
export interface ChartOutcome {
  readonly verdicts: readonly Verdict[];
  /** From objectsKey(); undefined if Helm fails. */
  readonly key: string | undefined;
}

const codesOfDeviations: ReadonlySet<string> = new Set(deviationIds());

/** Each text is parsed once, however many releases and cases contain it. */
export interface Observer {
  observe(given: Case, release: string): Outcome;
  /** Parses a recorded answer. */
  read(answer: string, release: string): ChartOutcome;
  /** Every distinct object that glistio has rendered so far. */
  readonly seen: ReadonlyMap<string, Meaning>;
}

export function createObserver(): Observer {
  const byText = new Map<string, Meaning>();
  const seen = new Map<string, Meaning>();
  const answers = new Map<string, ChartOutcome>();
  const sources = new Map<Case, readonly Source[]>();

  function meaningOf(text: string): Meaning {
    const key = sum(text);
    const known = byText.get(key);
    if (known !== undefined) return known;
    const meaning = meaningOfObject(parse(text));
    byText.set(key, meaning);
    if (!seen.has(meaning.digest)) seen.set(meaning.digest, meaning);
    return meaning;
  }

  return {
    seen,
    observe(given, release) {
      // Each case is rendered for every release, and parsed once.
      const values =
        sources.get(given) ?? given.files.map((text, index) => sharedSource({ name: `values-${index}.yaml`, text }));
      sources.set(given, values);
      const options = {
        values,
        chartVersion: release,
        namespace: given.namespace,
        releaseName: given.release,
        objects: 'workloads',
      } as const;
      const { manifests, problems } = renderGatewayProxies(options);
      const errors = problems.filter(({ severity }) => severity === 'error');
      if (errors.length > 0) return { kind: 'refused', errors };
      const mask = maskRelease(release);
      const deviations = [...new Set(problems.map(({ code }) => code))].filter((code) => codesOfDeviations.has(code));
      return {
        kind: 'rendered',
        deviations,
        objects: inOrder(manifests.map(({ text }) => meaningOf(withoutSum(mask(text))))),
      };
    },
    read(text, release) {
      const masked = maskRelease(release)(text);
      const known = answers.get(sum(masked));
      if (known !== undefined) return known;
      const answer = JSON.parse(masked) as Answer;
      const objects = answer.objects?.map(meaningOfObject);
      const outcome = { verdicts: verdictsOf(answer), key: objects && objectsKey(inOrder(objects)) };
      answers.set(sum(masked), outcome);
      return outcome;
    },
  };
}

function sum(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

/** A ConfigMap's checksum would make every text that contains it different. */
function withoutSum(text: string): string {
  return text.includes('checksum/') ? text.replace(/^( +checksum\/\S+: )"?[0-9a-f]{64}"?$/gm, '$1"*"') : text;
}

function meaningOfObject(given: ValueMap): Meaning {
  const object = comparable(given);
  return { object, digest: digest(object), identity: identity(object) };
}

function inOrder(objects: readonly Meaning[]): Meaning[] {
  return [...objects].sort((a, b) => (a.identity < b.identity ? -1 : a.identity > b.identity ? 1 : 0));
}

function parse(text: string): ValueMap {
  const { value, problems } = readYaml({ name: 'manifest', text });
  if (!isMap(value) || problems.length > 0)
    throw new Error(`a manifest does not parse: ${JSON.stringify(problems)}\n${text}`);
  return value;
}

/** An outcome as one short text: digests of objects, or what was rejected where. */
export function outcomeKey(outcome: Outcome): string {
  if (outcome.kind === 'rendered') return objectsKey(outcome.objects);
  return `-${digest(outcome.errors.map(({ code, path }) => `${code} ${path ?? ''}`))}`;
}

function objectsKey(objects: readonly Meaning[]): string {
  return objects.map((meaning) => meaning.digest).join('+');
}

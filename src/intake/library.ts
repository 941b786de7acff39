/**
 * The library's exported functions: whatever JavaScript value they get, they validate it first (src/intake) and pass on
 * only plain data of bounded depth and size. They never throw.
 */
import { bugProblem } from '../bug.ts';
import { findRelease as findKnownRelease } from '../chart/releases.ts';
import { diffManifests as compareSides } from '../diff/diff.ts';
import type { DiffOptions as PlainDiffOptions } from '../diff/options.ts';
import { type PatchOperation, patchSides } from '../diff/patch.ts';
import type { DiffReport } from '../diff/report.ts';
import { sharedSource as share } from '../helm/layers.ts';
import type { Rendered } from '../objects/read.ts';
import {
  formatPath as format,
  hasErrors,
  type Path,
  type Problem,
  parsePath as parse,
  sortProblems,
} from '../problem.ts';
import type { GlooValues } from '../schema/types.gen.ts';
import type { ValueMap } from '../value.ts';
import type { RequestOptions as PlainRequestOptions } from '../verbs/prepare.ts';
import {
  type RenderOptions as PlainRenderOptions,
  type Rendering,
  renderGatewayProxies as render,
} from '../verbs/render.ts';
import { shownKinds } from '../verbs/shown-kinds.ts';
import {
  type ValidateOptions as PlainValidateOptions,
  type Validation,
  validateValues as validate,
} from '../verbs/validate.ts';
import type { Source } from '../yaml/read.ts';
import * as read from './options.ts';
import { kubeObjectReaders, layersFrom, type OneOrMany, sideFrom, textsFrom } from './sources.ts';
import { badOption } from './words.ts';

/** The same options, where a list may also be a single item. */
export type Loose<T, K extends keyof T> = Omit<T, K> & {
  readonly [P in K]?: T[P] extends readonly (infer I)[] | undefined ? OneOrMany<I> | Extract<T[P], undefined> : T[P];
};
export type LooseValues<T extends PlainRequestOptions> = Omit<
  T,
  keyof ValueInputs | 'recorded' | 'reused' | 'usualNamespace' | SetOption
> & {
  readonly [P in SetOption]?: OneOrMany<string>;
} & ValueInputs;

// An interface, because the bundler of the declarations would separate comments in a type from what they describe.
interface ValueInputs {
  /** The key of the Gloo chart's values within those of a parent chart; several keys are levels, as is `a.b`. */
  readonly partialOf?: OneOrMany<string>;
  /** The values.yaml of each parent chart, outermost first. */
  readonly wrapperValues?: OneOrMany<string | Source | GlooValues>;
  /** YAML texts, with or without names, or parsed values; lowest precedence first. */
  readonly values?: OneOrMany<string | Source | GlooValues>;
  /** The contents of the files that `setFile` refers to, by name. */
  readonly files?: ReadonlyMap<string, string> | Readonly<Record<string, string>>;
}

type SetOption = 'set' | 'setString' | 'setJson' | 'setFile' | 'setLiteral';

export type RenderOptions = LooseValues<PlainRenderOptions>;
export type ValidateOptions = Loose<LooseValues<PlainValidateOptions>, 'ignore'>;
export type DiffOptions = Loose<PlainDiffOptions, 'ignore' | 'include'>;
/** Manifests: the text of a stream (YAML or JSON), with or without a name, rendered manifests, or objects. */
export type ManifestSource = string | Source | Rendered | ValueMap;
/** One source of manifests or a list of them; the same for every function that takes manifests. */
export type Side = OneOrMany<ManifestSource>;

/**
 * The operations of a patch; `problems` says why there are none. It is not enumerable, so printing the list omits it.
 */
export type Patch = readonly PatchOperation[] & { readonly problems: readonly Problem[] };

export const valuesReaders = {
  values: (given: unknown, _: string, problems: Problem[]) => layersFrom(given, problems),
  set: read.many(read.longText),
  setString: read.many(read.longText),
  setJson: read.many(read.longText),
  setFile: read.many(read.longText),
  setLiteral: read.many(read.longText),
  partialOf: read.many(read.text),
  wrapperValues: (given: unknown, _: string, problems: Problem[]) => layersFrom(given, problems, 'wrapperValues'),
  files: read.textsByName,
  chartVersion: read.text,
  namespace: read.text,
  releaseName: read.text,
  helmVersion: read.text,
  kubeVersion: read.text,
  apiVersions: read.many(read.text),
};
const renderReader = read.options({
  ...valuesReaders,
  proxy: read.text,
  objects: read.choice('all', 'workloads'),
  controlPlane: read.flag,
  show: read.choice(...shownKinds),
});
const validateReader = read.options({
  ...valuesReaders,
  lint: read.flag,
  ignore: read.many(read.text),
  istioVersion: read.text,
  istioRevision: read.text,
  istiod: sideFrom,
  objects: read.options(kubeObjectReaders),
});
const diffReader = read.options({
  ignore: read.many(read.text),
  include: read.many(read.text),
  objects: read.choice('all', 'workloads'),
  defaultIgnores: read.flag,
  namespace: read.text,
  showSecrets: read.flag,
  names: read.options({ left: read.text, right: read.text }),
});
/**
 * Runs a function that reports what is wrong in its `problems`. If the arguments are valid, returns the result of `run`
 * with the problems of reading them added; otherwise the result of `nothing` for these problems. An exception is a bug
 * in glistio, and is reported as one.
 */
export function answer<T extends { readonly problems: readonly Problem[] }>(
  nothing: (problems: readonly Problem[]) => T,
  run: (problems: Problem[]) => T | undefined,
): T {
  const found: Problem[] = [];
  try {
    const result = run(found);
    if (result !== undefined && !hasErrors(found))
      return found.length === 0 ? result : { ...result, problems: sortProblems([...found, ...result.problems]) };
  } catch (error) {
    found.push(bugProblem(error));
  }
  return nothing(sortProblems(found));
}

/** The same for a function that returns one thing, or a problem in its place. */
export function answerOrProblem<T>(run: (problems: Problem[]) => T | undefined): T | Problem {
  const found: Problem[] = [];
  try {
    const result = run(found);
    if (result !== undefined && found.length === 0) return result;
  } catch (error) {
    found.push(bugProblem(error));
  }
  // There is no room for a warning beside the result, so the warning replaces it.
  const gravest = found.find(({ severity }) => severity === 'error') ?? found[0];
  return gravest === undefined ? badOption('There is nothing to return.') : { ...gravest, severity: 'error' };
}

/** Reads the options and, if they are valid, does something with them. */
export function withOptions<O, T>(
  given: unknown,
  reader: read.Reader<O>,
  run: (options: O) => T,
): (problems: Problem[]) => T | undefined {
  return (problems) => {
    const options = reader(given, 'options', problems);
    return options === undefined || hasErrors(problems) ? undefined : run(options);
  };
}

/**
 * Renders the gateway proxies' Deployments or DaemonSets and their Envoy ConfigMaps, as the release's Gloo chart does
 * for these values. `problems` says what is wrong with values or options, and where; if one of them is an error, there
 * is no manifest.
 */
export function renderGatewayProxies(options?: RenderOptions): Rendering {
  return answer(
    (problems): Rendering => ({ manifests: [], problems, chartVersion: '' }),
    withOptions(options, renderReader, render),
  );
}

/**
 * Reports everything that is wrong with values, or worth knowing about them, for a release of Gloo's chart: their
 * syntax, whether the release has them and with which types, and what they mean for the proxies' pods.
 */
export function validateValues(options?: ValidateOptions): Validation {
  return answer(
    (problems): Validation => ({ problems, chartVersion: '' }),
    withOptions(options, validateReader, validate),
  );
}

/**
 * Compares two sets of gateway proxies by meaning: layout, the order of named items, API server defaults, and what Helm
 * and kubectl add do not count. `problems` says what could not be read; if one of them is an error, nothing was
 * compared, and the sides are not reported as identical.
 */
export function diffManifests(left: Side, right: Side, options?: DiffOptions): DiffReport {
  const names = { left: 'left', right: 'right' };
  const nothing = { identical: false, changes: [], objects: [], restarts: [], compared: 0, hidden: 0, names };
  return answer(
    (problems) => ({ ...nothing, problems }),
    (problems) => {
      const sides = readSides(left, right, options, problems);
      return hasErrors(problems) ? undefined : compareSides(...sides);
    },
  );
}

/**
 * Returns an RFC 6902 patch that turns the left into the right. It applies to one document: the `v1` List of all
 * objects of the left, in order. What is not compared stays as on the left. With hidden values the patch only shows
 * what would change; `showSecrets` makes it applicable. Empty if one of its `problems` is an error.
 */
export function patchManifests(left: Side, right: Side, options?: DiffOptions): Patch {
  const { operations, problems } = answer<ReturnType<typeof patchSides>>(
    (found) => ({ operations: [], problems: found }),
    (found) => {
      const sides = readSides(left, right, options, found);
      return hasErrors(found) ? undefined : patchSides(...sides);
    },
  );
  // Not enumerable: code that prints or compares the operations does not see it.
  return Object.defineProperty([...operations], 'problems', { value: problems, enumerable: false }) as unknown as Patch;
}

function readSides(
  left: unknown,
  right: unknown,
  options: unknown,
  problems: Problem[],
): Parameters<typeof compareSides> {
  const { names: given, ...others } = diffReader(options, 'options', problems) ?? {};
  const names = { left: given?.left ?? 'left', right: given?.right ?? 'right' };
  return [sideFrom(left, names.left, problems), sideFrom(right, names.right, problems), { ...others, names }];
}

/**
 * Finds the release that a text refers to: itself (`1.5.0`, `v1.5.0`), the newest of a line (`1.17`) or the newest in a
 * range in npm's notation (`^1.20`). If there is none, returns a problem that suggests what was probably meant.
 */
export function findRelease(wanted: string): string | Problem {
  return answerOrProblem((problems) => {
    const text = read.text(wanted, 'The release', problems);
    return text === undefined ? undefined : findKnownRelease(text);
  });
}

/**
 * Creates a source for many renderings, such as a layer that all clusters share: its text is parsed once, and the
 * result is kept as long as the source exists. Returns a problem if it is not a text with a name; if that problem is
 * passed as a layer, it is reported there.
 */
export function sharedSource(source: Source): Source;
export function sharedSource(source: unknown): Source | Problem;
export function sharedSource(source: unknown): Source | Problem {
  return answerOrProblem((problems) => {
    const [read] = textsFrom(source, 'The source', problems);
    return read === undefined ? undefined : share(read);
  });
}

/**
 * Formats a path in the notation of `helm --set`: dots between keys, `[0]` for list items, `\.` for a dot inside a key.
 */
export function formatPath(path: Path): string;
export function formatPath(path: unknown): string | Problem;
export function formatPath(path: unknown): string | Problem {
  return answerOrProblem((problems) => {
    const steps = read.many<string | number>((step, name, found) =>
      typeof step === 'string' ? read.text(step, name, found) : read.count(step, name, found),
    )(path, 'The path', problems);
    return steps && format(steps);
  });
}

/** Parses a path in that notation; the inverse of {@link formatPath}. */
export function parsePath(text: string): Path;
export function parsePath(text: unknown): Path | Problem;
export function parsePath(text: unknown): Path | Problem {
  return answerOrProblem((problems) => {
    const path = read.text(text, 'The path', problems);
    return path === undefined ? undefined : parse(path);
  });
}

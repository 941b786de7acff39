import { type Chart, chartOf } from '../chart/chart.ts';
import { type Capabilities, type CapabilityOptions, capabilitiesOf } from '../helm/capabilities.ts';
import { appliesOnServer } from '../helm/helm-version.ts';
import type { Layers } from '../helm/layered.ts';
import { type LayersInput, readLayers } from '../helm/layers.ts';
import { findNuls } from '../helm/nul.ts';
import { findUnsubstituted } from '../helm/unsubstituted.ts';
import type { Winner } from '../helm/winner.ts';
import {
  aboutKeys,
  type FoundProblem,
  formatPath,
  hasErrors,
  type Problem,
  type ProblemList,
  parsePath,
} from '../problem.ts';
import { type Proxy, proxiesOf } from '../proxy/proxies.ts';
import { inheritedFrom } from '../proxy/scope.ts';
import { type Ignored, isIgnoredBy } from '../rules/ignore.ts';
import type { GlooValues } from '../schema/types.gen.ts';
import { findMisplaced, findWrapped } from '../schema/wrapped.ts';
import { type ValueMap, valueAt } from '../value.ts';
import type { Source } from '../yaml/read.ts';
import { hintAsGiven, settingsAsGiven } from './as-given.ts';
import { withPrefix } from './as-written.ts';
import { findNone } from './none.ts';
import { notedBy, type ReleaseOptions, releaseOf, unsaid } from './said.ts';
import { hintForShape } from './shape-hints.ts';

export interface RequestOptions
  extends Omit<LayersInput, 'values' | 'wrapperValues'>,
    ReleaseOptions,
    CapabilityOptions {
  /** Named texts, or values that are parsed already, from lowest to highest. */
  readonly values?: readonly (Source | GlooValues)[];
  /** The values.yaml of each chart that wraps Gloo's, from the outermost. */
  readonly wrapperValues?: readonly (Source | GlooValues)[];
}

/** Everything that is known before rendering. */
export interface Prepared {
  readonly chart: Chart;
  readonly layers: Layers;
  /** The user's values over the chart's defaults, as the templates see them. */
  readonly values: ValueMap;
  readonly proxies: readonly Proxy[];
  /** The problems found while reading. */
  readonly problems: readonly Problem[];
  /** Helm's release. */
  readonly release: { readonly name: string; readonly namespace: string };
  /** What is known about the cluster. */
  readonly capabilities: Capabilities;
  /** What was taken from the files themselves, in words. */
  readonly notes: readonly string[];
  /** Whether Helm applies the objects on the server. */
  readonly appliesOnServer: boolean;
}

/**
 * Reads the values, finds the release, merges and looks up the proxies. Never throws for bad input; without a release
 * there are only problems.
 */
export function prepare(options: RequestOptions): Prepared | { readonly problems: readonly Problem[] } {
  // These are values; only the interface lacks an index signature.
  const read = readLayers(options as LayersInput);
  const layers = { ...read, problems: [...read.problems, ...unsaid(read.said, options)] };
  const said = releaseOf(options, layers);
  if ('problem' in said) return { problems: [said.problem, ...layers.problems] };
  const { release, recorded } = said;
  const chart = chartOf(said.chartVersion);
  const { capabilities, problems: unreadable } = capabilitiesOf(options);
  const wrapped = hasErrors(layers.problems) ? undefined : findWrapped(layers, chart);
  if (wrapped !== undefined) return stopped(layers, wrapped, { chart, release, capabilities });
  const reading: readonly Problem[] = [
    ...unreadable,
    ...layers.problems,
    ...findNuls(layers.values),
    ...findUnsubstituted(layers.values),
  ];
  const { values, notes: merges } = layers.over(
    options.reused?.defaults ?? chart.defaults(),
    recorded === undefined ? undefined : chartOf(recorded).defaults(),
  );
  const merging = merges.map((note): Problem => ({ ...note, path: formatPath(note.path) }));
  const found = hasErrors(reading) ? { proxies: [], problems: [] } : proxiesOf(values, chart, release);
  const misplaced = findMisplaced(layers) ?? [];
  const problems = [...reading, ...merging, ...found.problems].concat(
    misplaced,
    findNone(layers, values, found.proxies, reading),
  );
  const notes = notedBy(options, layers, said);
  const known = { chart, release, capabilities, appliesOnServer: appliesOnServer(options.helmVersion) };
  return { ...known, layers, values, proxies: found.proxies, problems, notes };
}

/** Values that clearly belong to another chart cannot be checked until it is known where Gloo's own are. */
function stopped(
  layers: Layers,
  problem: Problem,
  known: Pick<Prepared, 'chart' | 'release' | 'capabilities'>,
): Prepared {
  const problems = [...layers.problems, problem];
  return {
    ...known,
    layers: { ...layers, problems },
    values: {},
    proxies: [],
    problems,
    notes: [],
    appliesOnServer: false,
  };
}

/**
 * The problem with its place in the user's input, if a layer set the value or a map around it. `at` tells whether the
 * key or the value is meant; by default the problem's code decides.
 */
export function placed(found: FoundProblem, layers: Layers, at?: 'key' | 'value'): Problem {
  const winner = winnerOf(found, layers, at);
  const named = withPrefix(withHint(found, layers, winner), layers);
  return winner === undefined ? named : { ...named, file: winner.layer.name, ...winner.place };
}

/** The same problem, with a hint in the form in which the value was given. */
function withHint(found: FoundProblem, layers: Layers, winner: Winner | undefined): Problem {
  const path = parsePath(found.path ?? '');
  if (found.meant === undefined && (found.code !== 'wrong-type' || found.hint !== undefined))
    return found.hint === undefined ? found : { ...found, hint: settingsAsGiven(found.hint, path, winner, layers) };
  const shape = found.hint === undefined ? hintForShape(path, valueAt(layers.values, ...path)) : undefined;
  const { meant: _, ...problem } = found;
  const isExact = winner !== undefined && winner.path.length >= path.length;
  const hint = hintAsGiven({ ...found, ...shape }, isExact ? winner : undefined, layers);
  return { ...problem, ...(hint === undefined ? {} : { hint: settingsAsGiven(hint, path, winner, layers) }) };
}

/**
 * The same for a list of problems, which only counts them once it is full; `ignores` are the comments that apply to
 * problems.
 */
export function addPlaced(
  { list, layers, ignores }: { list: ProblemList; layers: Layers; ignores: ReadonlyMap<string, Ignored> },
  problem: FoundProblem,
  at?: 'key' | 'value',
): void {
  const winner = winnerOf(problem, layers, at);
  const named = withPrefix(withHint(problem, layers, winner), layers);
  const found = winner === undefined ? named : { ...named, file: winner.layer.name };
  if (isIgnoredBy(found, ignores)) return;
  // Finding the line is most of the work, and only comments and listed problems need it.
  const hasComments = (ignores.get(found.file ?? '')?.lines.size ?? 0) > 0;
  if (!hasComments && list.countIfFull(found)) return;
  const whole = { ...found, ...winner?.place };
  if (!isIgnoredBy(whole, ignores)) list.add(whole);
}

function winnerOf(problem: Problem, layers: Layers, at: 'key' | 'value' | undefined): Winner | undefined {
  if (problem.file !== undefined || problem.path === undefined) return undefined;
  const path = parsePath(problem.path);
  const part = at ?? (aboutKeys.has(problem.code) ? 'key' : 'value');
  const own = layers.winner(path, part);
  const base = inheritedFrom(path);
  const inherited = base === undefined ? undefined : layers.winner(base, part);
  const nearest = (own?.path.length ?? 0) >= (inherited?.path.length ?? 0) ? own : inherited;
  // For a missing value, the key of the map around it is a better place than the first thing in it.
  return nearest === undefined || nearest.path.length === path.length ? nearest : layers.winner(nearest.path, 'key');
}

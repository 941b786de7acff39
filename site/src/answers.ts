/** The page's questions, answered by the pure core. Whatever the first answer does not need is loaded later. */

import { releases } from '../../src/chart/releases.ts';
import { hiddenPart } from '../../src/diff/redact.ts';
import { hiderOf } from '../../src/diff/secret-messages.ts';
import { couldHoldSecrets } from '../../src/diff/secret-structure.ts';
import { replaceSpans } from '../../src/diff/span.ts';
import type { Completions } from '../../src/editor/complete.ts';
import type { Hover } from '../../src/editor/hover.ts';
import type { ExplainedObject } from '../../src/explain/map.ts';
import { holdsManifests } from '../../src/helm/kinds/recognise.ts';
import type { MtlsCheck } from '../../src/istio/check/types.ts';
import { hasErrors, type Problem } from '../../src/problem.ts';
import type { Manifest } from '../../src/proxy/print.ts';
import { drawManifests } from '../../src/verbs/draw.ts';
import { prepare } from '../../src/verbs/prepare.ts';
import type { Validation } from '../../src/verbs/validate.ts';
import type { Source } from '../../src/yaml/read.ts';

/** The page's input. */
export interface Input {
  /** Values, an Application, a HelmRelease, a record, or manifests of gateway proxies. */
  readonly text: string;
  /** The release; if empty, the one that the text specifies, or the newest. */
  readonly chartVersion: string;
  /** Objects of the mesh, for `check`. */
  readonly world: string;
  readonly istioVersion: string;
  /** These objects are complete: whatever they lack does not exist. */
  readonly isComplete: boolean;
}

export interface ShownObject {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly text: string;
  /** The input with its secrets hidden. */
  readonly shown: string;
}

/** What is shown at once. */
export interface Drawing {
  readonly chartVersion: string;
  readonly objects: readonly ShownObject[];
}

export interface Judged extends Drawing {
  readonly kind: 'values' | 'manifests';
  readonly problems: readonly Problem[];
}

/** The pasted text's name in problems. */
const inputName = 'input';

function sourceOf({ text }: Input): Source {
  return { name: inputName, text };
}

function requestOf(input: Input) {
  return { values: [sourceOf(input)], ...(input.chartVersion === '' ? {} : { chartVersion: input.chartVersion }) };
}

/**
 * The first answer: the rendered objects, with secrets hidden, before anything is validated. Undefined if it is not
 * available that soon.
 */
function draw(input: Input): Drawing | undefined {
  if (holdsManifests(sourceOf(input))) return undefined;
  const prepared = prepare(requestOf(input));
  const manifests = 'chart' in prepared && !hasErrors(prepared.problems) ? drawManifests(prepared) : undefined;
  if (manifests === undefined || !('chart' in prepared)) return undefined;
  return { chartVersion: prepared.chart.release, objects: shownObjects(manifests, input) };
}

/** What `glistio render` prints and `glistio validate` finds. */
async function judge(input: Input): Promise<Judged> {
  const source = sourceOf(input);
  if (holdsManifests(source)) {
    const { validateManifests } = await import('../../src/verbs/validate-manifests.ts');
    const options = input.chartVersion === '' ? {} : { chartVersion: input.chartVersion };
    return { kind: 'manifests', objects: [], ...hidden(validateManifests(source, options), source) };
  }
  const [{ validateValues }, { renderGatewayProxies }] = await Promise.all([
    import('../../src/verbs/validate.ts'),
    import('../../src/verbs/render.ts'),
  ]);
  const objects = shownObjects(renderGatewayProxies(requestOf(input)).manifests, input);
  return { kind: 'values', objects, ...hidden(validateValues(requestOf(input)), source) };
}

function hidden({ problems, chartVersion }: Validation, source: Source): Pick<Judged, 'problems' | 'chartVersion'> {
  const hider = hiderOf(new Map([[source.name, source.text]]));
  return { problems: problems.map(hider.whole), chartVersion };
}

/** A line stays a line, so that problems keep their places. The charts print no secrets of their own. */
function shownObjects(manifests: readonly Manifest[], { text }: Input): ShownObject[] {
  const isSearched = couldHoldSecrets(text);
  const hider = hiderOf(new Map([[inputName, text], ...manifests.map((one, at) => [String(at), one.text] as const)]));
  const hide = (secret: string): string => secret.replace(/[^\r\n]+/g, hiddenPart);
  return manifests.map(({ kind, name, namespace, text: whole }, at) => {
    const shown = isSearched ? replaceSpans(whole, hider.spans(String(at)), hide) : whole;
    return { kind, name, namespace, text: whole, shown };
  });
}

/** What another release would change, as text. */
async function compare(input: Input, other: string): Promise<string> {
  const [{ compareSides }, { formatDiffText }, { renderGatewayProxies }] = await Promise.all([
    import('../../src/verbs/compare.ts'),
    import('../../src/report/diff-text.ts'),
    import('../../src/verbs/render.ts'),
  ]);
  const [left, right] = [input, { ...input, chartVersion: other }].map((one) => renderGatewayProxies(requestOf(one)));
  if (left === undefined || right === undefined) return '';
  const found = [left, right].flatMap(({ problems }) => problems.filter(({ severity }) => severity === 'error'));
  if (found[0] !== undefined) return `${found[0].message}\n`;
  const sideOf = (side: readonly Manifest[]) => ({ side, name: inputName });
  const { report } = compareSides(sideOf(left.manifests), sideOf(right.manifests), {});
  if (hasErrors(report.problems)) return `${report.problems.map(({ message }) => message).join('\n')}\n`;
  if (report.identical) return `${right.chartVersion} changes nothing in these objects.\n`;
  return formatDiffText(report, { color: false, width: 100, context: 3 }).exact;
}

/** Whether mTLS will work, for each Upstream among the objects of the mesh. */
async function check(input: Input): Promise<MtlsCheck> {
  const { checkMtls } = await import('../../src/verbs/check.ts');
  const { istioVersion, world, chartVersion, isComplete } = input;
  const manifests = holdsManifests(sourceOf(input));
  return checkMtls({
    ...(!manifests ? requestOf(input) : chartVersion === '' ? {} : { glooVersion: chartVersion }),
    objects: [{ name: 'mesh', text: world }, ...(manifests ? [sourceOf(input)] : [])],
    ...(istioVersion === '' ? {} : { istioVersion }),
    complete: isComplete,
  });
}

/** What caused each line, and where each value is in the input. */
export interface Explained {
  readonly objects: readonly Pick<ExplainedObject, 'kind' | 'name' | 'namespace' | 'lines'>[];
  /** The input line of each value, by its path. */
  readonly places: Readonly<Record<string, number>>;
}

async function explain(input: Input): Promise<Explained> {
  if (holdsManifests(sourceOf(input))) return { objects: [], places: {} };
  const { explain: explainValues } = await import('../../src/verbs/explain.ts');
  const { objects, values } = explainValues(requestOf(input));
  const places = values.flatMap(({ path, layers }): [string, number][] => {
    const line = layers.at(-1)?.line;
    return line === undefined ? [] : [[path, line]];
  });
  return {
    objects: objects.map(({ kind, name, namespace, lines }) => ({ kind, name, namespace, lines })),
    places: Object.fromEntries(places),
  };
}

/**
 * The proxies' pods as an SVG; empty if there are none. Names and images in it are shown as they are, values of
 * variables never.
 */
async function picture(input: Input): Promise<string> {
  const [{ picturesOf }, { laidOut }, { pictureSvg }, { renderGatewayProxies }] = await Promise.all([
    import('../../src/verbs/picture.ts'),
    import('../../src/picture/layout.ts'),
    import('../../src/report/picture-svg.ts'),
    import('../../src/verbs/render.ts'),
  ]);
  const source = sourceOf(input);
  const side = holdsManifests(source)
    ? source
    : renderGatewayProxies(requestOf(input)).manifests.map(({ text }) => text);
  const { pictures } = picturesOf(side);
  return pictures.length === 0 ? '' : pictureSvg(pictures.map(laidOut)).exact;
}

/** What the editor requests at an offset. */
async function complete(input: Input, offset: number): Promise<Completions | undefined> {
  const { completeAt } = await import('../../src/editor/complete.ts');
  return completeAt(sourceOf(input), offset, { chartVersion: input.chartVersion });
}

async function hover(input: Input, offset: number): Promise<Hover | undefined> {
  const { hoverAt } = await import('../../src/editor/hover.ts');
  return hoverAt(sourceOf(input), offset, { chartVersion: input.chartVersion });
}

/** All questions of the page by name: what the worker does. */
export const answers = {
  releases: () => releases,
  draw,
  judge,
  compare,
  check,
  explain,
  picture,
  complete,
  hover,
} as const;
export type Answers = typeof answers;

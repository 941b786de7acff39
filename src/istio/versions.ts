import { findRelease, newestRelease, releases } from '../chart/releases.ts';
import { compareVersions, parseVersion } from '../chart/version.ts';
import { envoyContainerOf, isKubeProxy, isWorkload } from '../objects/gateway-proxies.ts';
import { isTag, parseImage } from '../objects/image-reference.ts';
import { discoveryOf, isIstiod, istiodNamed } from '../objects/istiod.ts';
import { type KubeObject, namespaceOf } from '../objects/object.ts';
import { containersOf, podPath, variableOf } from '../objects/workload.ts';
import type { Problem } from '../problem.ts';
import { mapAt, textOf, type ValueMap } from '../value.ts';

/** A version and where it was found. */
export interface FoundVersion {
  readonly version: string;
  readonly from: string;
}

/** What a running Istio shows of itself in its Deployment. */
export interface IstioFound {
  readonly version: FoundVersion | undefined;
  readonly jwtPolicy: string | undefined;
  /** The image of istiod. */
  readonly image: string | undefined;
  readonly problems: readonly Problem[];
}

const annotation = 'gloo.solo.io/oss-image-tag';

/** The release whose sidecars a Gloo version gets: the same, or the nearest known one before it. */
export function shapeRelease(version: string): string {
  const release = findRelease(version);
  if (typeof release === 'string') return release;
  const wanted = parseVersion(version.replace(/^v/, '')) ?? parseVersion(/^v?(\d+\.\d+\.\d+)/.exec(version)?.[1] ?? '');
  if (wanted === undefined) return newestRelease;
  const older = releases.findLast((name) => {
    const known = parseVersion(name);
    return known !== undefined && compareVersions(known, wanted) <= 0;
  });
  return older ?? releases[0] ?? newestRelease;
}

/** Suffixes that mark an image as a build of a release. */
const variants = /-(?:distroless|fips|fips-distroless|extended|wasm)$/;

/**
 * The Gloo version that the objects of a namespace show: the annotation that Gloo's chart writes, then the images of
 * discovery and gloo. An enterprise image has its own numbering, so beside it only the annotation counts.
 */
export function glooVersionIn(objects: readonly KubeObject[], namespace: string | undefined): FoundVersion | undefined {
  const own = objects
    .map(({ object }) => object)
    .filter((object) => isWorkload(object) && textOf(mapAt(object, 'metadata')['namespace']) === namespace);
  for (const object of own) {
    const tag = textOf(mapAt(object, 'spec', 'template', 'metadata', 'annotations')[annotation]);
    if (tag !== undefined && isTag(tag)) return { version: tag.replace(/^v(?=\d)/, ''), from: annotation };
  }
  for (const name of ['discovery', 'gloo']) {
    const object = own.find((candidate) => mapAt(candidate, 'metadata')['name'] === name);
    const found =
      object === undefined ? undefined : versionOfImage(containersOf(object).find((one) => one['name'] === name));
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * The version of Gloo that a gateway proxy belongs to: as given, from Gloo's own objects beside it, or from its image.
 */
export function glooVersionOf(
  { object }: KubeObject,
  objects: readonly KubeObject[],
  given?: string,
): FoundVersion | undefined {
  if (given !== undefined) return { version: given.replace(/^v(?=\d)/, ''), from: '--gloo-version' };
  const [first] = containersOf(object);
  const label = textOf(mapAt(object, 'metadata', 'labels')['app.kubernetes.io/version']);
  if (isKubeProxy(object) && label !== undefined && isTag(label))
    return { version: label, from: 'app.kubernetes.io/version' };
  return (
    glooVersionIn(objects, namespaceOf(object)) ?? versionOfImage(envoyContainerOf(object)) ?? versionOfImage(first)
  );
}

/** The version in the tag of a Gloo image; undefined if there is none, and for builds with other numbering. */
export function versionOfImage(container: ValueMap | undefined): FoundVersion | undefined {
  const image = textOf(container?.['image']);
  if (image === undefined) return undefined;
  const { base, tag } = parseImage(image);
  if (tag === undefined || /-ee(?:-|$)/.test(base)) return undefined;
  const version = tag.replace(variants, '').replace(/^v(?=\d)/, '');
  return /^\d+\.\d+\.\d+/.test(version) ? { version, from: `the image ${image}` } : undefined;
}

const unknown = { version: undefined, jwtPolicy: undefined, image: undefined };

/** The Deployments of istiod in a namespace of Istio, by its revision. */
export function istioIn(
  objects: readonly KubeObject[],
  { namespace, revision }: { readonly namespace: string; readonly revision: string | undefined },
): IstioFound {
  const istiods = objects.filter((one) => isIstiod(one) && namespaceOf(one.object) === namespace);
  const named = istiodNamed(revision);
  const chosen =
    istiods.find(({ object }) => mapAt(object, 'metadata')['name'] === named) ??
    (revision === undefined && istiods.length === 1 ? istiods[0] : undefined);
  if (chosen === undefined) return { ...unknown, problems: ambiguous(istiods) };
  const { object } = chosen;
  const discovery = discoveryOf(object);
  const image = textOf(discovery['image']) ?? '';
  const tag = parseImage(image).tag;
  const jwtPolicy = variableOf(discovery, 'JWT_POLICY').value || undefined;
  if (tag !== undefined && isTag(tag)) {
    const from = `Deployment ${namespace}/${textOf(mapAt(object, 'metadata')['name'])}`;
    return { version: { version: tag, from }, jwtPolicy, image, problems: [] };
  }
  const problem = chosen.problem(
    {
      code: 'istio-version-unknown',
      severity: 'error',
      message: `The image ${image} of istiod has no tag that shows its version.`,
      hint: 'set it with --istio-version',
    },
    [...podPath, 'containers'],
  );
  return { version: undefined, jwtPolicy, image, problems: [problem] };
}

function ambiguous(istiods: readonly KubeObject[]): Problem[] {
  const [first] = istiods;
  if (first === undefined) return [];
  const names = istiods.map(({ object }) => textOf(mapAt(object, 'metadata')['name'])).join(', ');
  return [
    first.problem({
      code: 'istio-version-unknown',
      severity: 'warning',
      message: `None of these is the requested istiod: ${names}.`,
      hint: 'choose one with --istio-revision, or set --istio-version and --jwt-policy',
    }),
  ];
}

import { envoyContainerOf } from '../objects/gateway-proxies.ts';
import { type ImageReference, parseImage } from '../objects/image-reference.ts';
import { describeObject, type KubeObject } from '../objects/object.ts';
import type { Problem } from '../problem.ts';
import { defined, textOf, type ValueMap, wordOf } from '../value.ts';
import { istioRegistry } from './istio-tags.ts';

/** The registries of the sidecars' images, as far as the user sets them. */
export interface ImageOptions {
  /** The registry of the sds image, including the path; by default that of the proxy's own image. */
  readonly registry?: string | undefined;
  /** The registry of the istio-proxy image; `docker.io/istio`. */
  readonly istioRegistry?: string | undefined;
  /** Complete images, by the name of the container: `sds`, `istio-proxy`. */
  readonly images?: Readonly<Record<string, string>> | undefined;
}

/** The chart's `global.image`, as it shows in a proxy's image. */
interface SharedImage {
  /** Undefined for an image whose name is not one of Gloo's, which shows nothing about the others. */
  readonly registry: string | undefined;
  /** The suffix after the version in the tag: the variant. */
  readonly variant: string;
  readonly digest: string | undefined;
}

const envoyImages: ReadonlySet<string> = new Set([
  'gloo-envoy-wrapper',
  'gloo-ee-envoy-wrapper',
  'gloo-ee-envoy-wrapper-fips',
]);

/** The variant that an image's tag ends with; empty for the standard one. */
export function variantOf(tag: string | undefined): string {
  return /-(?:distroless|extended)$/.exec(tag ?? '')?.[0] ?? '';
}

function sharedImageOf({ base, tag, digest }: ImageReference): SharedImage {
  const slash = base.lastIndexOf('/');
  return {
    registry: envoyImages.has(base.slice(slash + 1)) ? base.slice(0, Math.max(0, slash)) : undefined,
    variant: variantOf(tag),
    digest,
  };
}

/**
 * The sds container with the image that the chart would give it beside this proxy: with its registry, variant and pull
 * policy.
 */
export function sdsBeside(envoy: ValueMap | undefined, sds: ValueMap, { registry, images }: ImageOptions): ValueMap {
  const shared = sharedImageOf(parseImage(textOf(envoy?.['image']) ?? ''));
  const { tag = '' } = parseImage(wordOf(sds['image']));
  const from = registry ?? shared.registry ?? registryOf(wordOf(sds['image']));
  const tagged = tag.endsWith(shared.variant) ? tag : `${tag}${shared.variant}`;
  const policy = envoy?.['imagePullPolicy'];
  return {
    ...sds,
    image: images?.['sds'] ?? `${from === '' ? '' : `${from}/`}sds:${tagged}`,
    ...defined({ imagePullPolicy: policy }),
  };
}

/** An existing container with the image settings that were given, and otherwise unchanged. */
export function withAskedImage(
  container: ValueMap,
  name: string,
  registry: string | undefined,
  images: ImageOptions['images'],
): ValueMap {
  const image = images?.[name];
  if (image !== undefined) return { ...container, image };
  if (registry === undefined) return container;
  const given = wordOf(container['image']);
  const rest = given.slice(registryOf(given).length).replace(/^\//, '');
  return { ...container, image: `${registry}/${rest}` };
}

/** The registry of an image, including the path; empty if it has none. */
function registryOf(image: string): string {
  return image.slice(0, Math.max(0, image.lastIndexOf('/')));
}

/** What cannot be derived from the proxy's own image for the sidecars' images. */
export function findDoubtfulImages(
  workload: KubeObject,
  added: { readonly sds: boolean; readonly istioProxy: boolean },
  options: ImageOptions & { readonly istiodImage: string | undefined },
): Problem[] {
  const image = textOf(envoyContainerOf(workload.object)?.['image']) ?? '';
  const { registry, digest } = sharedImageOf(parseImage(image));
  const who = describeObject(workload.object);
  const problems: Problem[] = [];
  const warn = (code: string, message: string, hint: string): void => {
    problems.push(workload.problem({ code, severity: 'warning', message, hint }));
  };
  const choosesSds = options.images?.['sds'] !== undefined;
  if (added.sds && digest !== undefined && !choosesSds)
    warn(
      'image-not-pinned',
      `The image of ${who} is pinned by a digest; that of its new sds container is not, because its digest is unknown.`,
      'set it with --image sds=IMAGE@sha256:…',
    );
  const isPrivate = !isPublic(registry ?? registryOf(image));
  if (added.sds && registry === undefined && isPrivate && !choosesSds && options.registry === undefined)
    warn(
      'public-registry',
      `The image of ${who} is ${image}; that of its new sds container comes from quay.io/solo-io.`,
      'name the registry with --registry, or the image with --image sds=IMAGE',
    );
  const istiod = options.istiodImage === undefined ? undefined : registryOf(options.istiodImage);
  const isIstioChosen = options.istioRegistry !== undefined || options.images?.['istio-proxy'] !== undefined;
  const isIstioPrivate = istiod === undefined ? isPrivate : ![istioRegistry, 'istio', ''].includes(istiod);
  if (added.istioProxy && !isIstioChosen && isIstioPrivate)
    warn(
      'public-registry',
      istiod === undefined
        ? `The image of ${who} is from your own registry; that of its new istio-proxy comes from ${istioRegistry}.`
        : `istiod's image is from ${istiod}; that of the new istio-proxy of ${who} comes from ${istioRegistry}.`,
      `name the registry with --istio-registry${istiod === undefined ? '' : ` ${istiod}`}`,
    );
  return problems;
}

/** Registries in which Gloo's own images are published. */
function isPublic(registry: string): boolean {
  return ['quay.io/solo-io', 'gcr.io/gloo-ee', 'soloio', 'docker.io/soloio', ''].includes(registry);
}

import { envoyContainerOf } from '../objects/gateway-proxies.ts';
import { isTag, parseImage, retagged } from '../objects/image-reference.ts';
import { isNamedRevision, istiodNamed } from '../objects/istiod.ts';
import { describeObject, type KubeObject } from '../objects/object.ts';
import { hasSdsImage, isIstioAgent, isSdsServer, runsSds } from '../objects/sidecars.ts';
import { containersOf, podOf } from '../objects/workload.ts';
import type { Problem } from '../problem.ts';
import { mapsIn, textOf, type Value, type ValueMap, wordOf } from '../value.ts';
import { doubtfulIstioTag, istioRegistry } from './istio-tags.ts';
import { firstIstioSds, needsNewerSds, refuseOldGloo } from './old-gloo.ts';
import { completeSds, completeSidecar, tokenIsUnused, withPod, withVolumes } from './pod.ts';
import type { ProxySelection } from './proxies.ts';
import { findDoubtfulImages, type ImageOptions, sdsBeside, variantOf, withAskedImage } from './sidecar-images.ts';
import {
  type SidecarSettings,
  type Sidecars,
  sidecarsOf,
  thirdParty,
  withIstioVersion,
  withSettings,
} from './sidecars.ts';
import { type FoundVersion, type IstioFound, shapeRelease } from './versions.ts';

/** The settings of the sidecars. Settings that are not given are found in the input, or follow Gloo's release. */
export interface InjectOptions extends ProxySelection, ImageOptions {
  /** The tag of the sds image; found in the input's Gloo Deployments or in the proxy's own image. */
  readonly glooVersion?: string | undefined;
  /** The tag of the istio-proxy image; found in an istiod in the input, else the one of Gloo's chart. */
  readonly istioVersion?: string | undefined;
  /** Where istiod runs; `istio-system`. */
  readonly istioNamespace?: string | undefined;
  readonly istioRevision?: string | undefined;
  /** `third-party-jwt` or `first-party-jwt`; found in an istiod in the input, else third-party. */
  readonly jwtPolicy?: string | undefined;
  readonly istioMetaMeshId?: string | undefined;
  readonly istioMetaClusterId?: string | undefined;
  readonly istioDiscoveryAddress?: string | undefined;
  /** Whose sidecars: glooctl's (the default), or those that the chart adds with global.istioSDS. */
  readonly like?: 'glooctl' | 'chart' | undefined;
  /** Containers in place of the default istio-proxy. */
  readonly sidecars?: readonly ValueMap[] | undefined;
}

/** What is known about the versions around a proxy. */
interface Around {
  readonly gloo: FoundVersion | undefined;
  readonly istio: IstioFound;
}

/** A workload with its sidecars, and the problems found. */
export interface InjectedWorkload {
  readonly object: ValueMap;
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
}

/** Adds the sidecars to the workload of a gateway proxy; existing ones, under any name, are kept and completed. */
export function injectWorkload(workload: KubeObject, around: Around, options: InjectOptions): InjectedWorkload {
  const { gloo, istio } = around;
  const pod = podOf(workload.object);
  const containers = mapsIn(pod['containers']);
  const { sds, agent } = sidecarsIn(workload.object);
  const custom = options.sidecars ?? [];
  const added = { sds: sds === undefined, istioProxy: agent === undefined && custom.length === 0 };
  const refused =
    gloo === undefined
      ? added.sds || added.istioProxy
        ? [withoutVersion(workload)]
        : []
      : refuseOldGloo(gloo, workload);
  if (refused.length > 0) return { object: workload.object, problems: refused, notes: [] };
  const next = sidecarsFor(workload, { sds, agent }, around, options);
  const named = (name: Value | undefined): boolean => custom.some((one) => one['name'] === name);
  // Two agents would write to the same place.
  const stays = custom.length === 0 ? containers : containers.filter((one) => one !== agent || named(one['name']));
  const placed = placeContainers(stays, next.containers);
  const policy = options.jwtPolicy ?? istio.jwtPolicy;
  const dropped = policy !== undefined && policy !== thirdParty && tokenIsUnused(placed);
  const result = withVolumes({ ...pod, containers: placed }, next.volumes, dropped);
  const problems = [
    ...findLeftovers(workload, pod),
    ...findDoubtfulImages(workload, added, { ...options, istiodImage: istio.image }),
    ...doubtfulVersion(next.containers, around, options),
    ...(added.sds && gloo !== undefined && needsNewerSds(gloo.version) && options.images?.['sds'] === undefined
      ? [sdsOfNewerGloo(workload, gloo.version)]
      : []),
    ...result.missing.map((name) => withoutVolume(workload, name)),
  ];
  return { object: withPod(workload.object, result.pod), problems, notes: namedOtherwise(workload, { sds, agent }) };
}

/** The containers of a workload that act as the sidecars. */
interface SidecarsFound {
  readonly sds: ValueMap | undefined;
  readonly agent: ValueMap | undefined;
}

/** The SDS server and Istio's agent of a workload: found by name, else by image, variable or port. */
function sidecarsIn(workload: ValueMap): SidecarsFound {
  const envoy = envoyContainerOf(workload);
  const others = containersOf(workload).filter((one) => one !== envoy);
  const called = (name: string): ValueMap | undefined => others.find((one) => one['name'] === name);
  const agent = called('istio-proxy') ?? others.find(isIstioAgent);
  const rest = others.filter((one) => one !== agent);
  return { sds: called('sds') ?? rest.find(runsSds) ?? rest.find(isSdsServer), agent };
}

function namedOtherwise(workload: KubeObject, { sds, agent }: SidecarsFound): string[] {
  const found = [
    [sds, 'sds', 'the SDS server'],
    [agent, 'istio-proxy', "Istio's agent"],
  ] as const;
  return found.flatMap(([container, usual, what]) =>
    container === undefined || container['name'] === usual
      ? []
      : [`container ${textOf(container['name']) ?? ''} is ${what} of ${describeObject(workload.object)}`],
  );
}

/** The sidecars of the release with the given settings; the rest follows Gloo's release. */
function sidecarsFor(
  workload: KubeObject,
  { sds, agent }: SidecarsFound,
  { gloo, istio }: Around,
  options: InjectOptions,
): { readonly containers: readonly ValueMap[]; readonly volumes: readonly ValueMap[] } {
  const version = gloo?.version ?? '';
  const tag = needsNewerSds(version) ? firstIstioSds : version;
  const istioVersion = options.istioVersion ?? istio.version?.version;
  const settings = settingsOf(options);
  const fresh: Sidecars = sidecarsOf({
    ...settings,
    glooVersion: tag,
    release: shapeRelease(version),
    like: options.like ?? 'glooctl',
    istioVersion,
    jwtPolicy: options.jwtPolicy ?? istio.jwtPolicy ?? thirdParty,
  });
  const { registry, images } = options;
  const server =
    sds === undefined
      ? sdsBeside(envoyContainerOf(workload.object), fresh.sds, options)
      : completeSds(withAskedImage(retaggedSds(sds, tag, options), 'sds', registry, images), fresh.sds);
  if (options.sidecars !== undefined && options.sidecars.length > 0)
    return { containers: [server, ...options.sidecars], volumes: fresh.volumes };
  const asked = { ...settings, jwtPolicy: options.jwtPolicy ?? istio.jwtPolicy };
  const proxy =
    agent === undefined
      ? fresh.istioProxy
      : completeSidecar(withSettings(withIstioVersion(agent, istioVersion), asked));
  return {
    containers: [server, withAskedImage(proxy, 'istio-proxy', options.istioRegistry, images)],
    volumes: fresh.volumes,
  };
}

/** An existing SDS server with the image of the given version, in its variant; an image that is not Gloo's stays. */
function retaggedSds(sds: ValueMap, tag: string, { glooVersion }: InjectOptions): ValueMap {
  if (glooVersion === undefined || !(sds['name'] === 'sds' || hasSdsImage(sds))) return sds;
  const variant = variantOf(parseImage(wordOf(sds['image'])).tag);
  return { ...sds, image: retagged(wordOf(sds['image']), tag.endsWith(variant) ? tag : `${tag}${variant}`) };
}

function settingsOf(options: InjectOptions): SidecarSettings {
  const { istioNamespace: namespace = 'istio-system', istioRevision: revision } = options;
  const isOther = isNamedRevision(revision) || namespace !== 'istio-system';
  const own = isOther ? `${istiodNamed(revision)}.${namespace}.svc:15012` : undefined;
  return {
    meshId: options.istioMetaMeshId,
    clusterId: options.istioMetaClusterId,
    istiod: options.istioDiscoveryAddress ?? own,
  };
}

/** New containers come last, sds before the others; one with the name of an existing container replaces it. */
function placeContainers(containers: readonly ValueMap[], sidecars: readonly ValueMap[]): ValueMap[] {
  const placed = [...containers];
  const last = placed.findIndex(isIstioAgent);
  for (const sidecar of sidecars) {
    const at = placed.findIndex(({ name }) => name === sidecar['name']);
    if (at >= 0) placed[at] = sidecar;
    else if (sidecar['name'] === 'sds' && last >= 0) placed.splice(last, 0, sidecar);
    else placed.push(sidecar);
  }
  return placed;
}

/** Whether the sidecar's version of Istio can exist: in the user's own registry any tag may. */
function doubtfulVersion(containers: readonly ValueMap[], { istio }: Around, options: InjectOptions): Problem[] {
  const version = options.istioVersion ?? istio.version?.version;
  const { base, tag } = parseImage(textOf(containers.find(isIstioAgent)?.['image']) ?? '');
  if (version === undefined || !isTag(version) || (options.sidecars?.length ?? 0) > 0) return [];
  const isPublic = (base === `${istioRegistry}/proxyv2` || base === 'istio/proxyv2') && tag === version;
  const source =
    options.istioVersion === undefined ? `The version of ${istio.version?.from ?? 'istiod'}` : '--istio-version';
  const severity = options.istioVersion === undefined ? 'warning' : 'error';
  return [
    ...refuseOldIstio(version),
    ...(isPublic ? doubtfulIstioTag(version, source, severity, '; for your own registry use --istio-registry') : []),
  ];
}

/** The sidecar's agent came with Istio 1.6; its predecessor had other arguments. */
function refuseOldIstio(version: string | undefined): Problem[] {
  if (!/^(?:0|1\.[0-5])(?:\.|$)/.test(version ?? '')) return [];
  const message = `Istio ${version} does not support these sidecars, which are for Istio 1.6 and later.`;
  return [
    { code: 'old-istio', severity: 'warning', message, hint: 'upgrade Istio, or set a container with --sidecar' },
  ];
}

/** What an older guide to Istio left in a pod, and conflicts with the sidecars. */
function findLeftovers(workload: KubeObject, pod: ValueMap): Problem[] {
  const volumes = mapsIn(pod['volumes']);
  const at = volumes.findIndex(({ name }) => name === 'istio-certs');
  const kind = ['secret', 'configMap', 'projected', 'downwardAPI'].find((one) => volumes[at]?.[one] !== undefined);
  const agents = volumes.findIndex(
    (volume) => textOf(mapsIn([volume['hostPath'] ?? null])[0]?.['path']) === '/var/run/sds',
  );
  const who = describeObject(workload.object);
  const path = (index: number): (string | number)[] => ['spec', 'template', 'spec', 'volumes', index];
  return [
    ...(kind === undefined
      ? []
      : [
          workload.problem(
            {
              code: 'certificates-not-writable',
              severity: 'error',
              message: `The volume istio-certs of ${who} is of type ${kind}, so istio-proxy cannot write certificates to it.`,
              hint: 'remove it with its mounts first: the guide to Istio 1.0 mounted the Secret istio.default there',
            },
            path(at),
          ),
        ]),
    ...(agents < 0
      ? []
      : [
          workload.problem(
            {
              code: 'node-agent-socket',
              severity: 'warning',
              message: `${who} mounts /var/run/sds, the socket of Istio's node agent, which was removed in Istio 1.5.`,
              hint: 'remove the volume, and let Upstreams use glistio enable-mtls instead of its targetUri',
            },
            path(agents),
          ),
        ]),
  ];
}

function withoutVersion(workload: KubeObject): Problem {
  return workload.problem({
    code: 'gloo-version-unknown',
    severity: 'error',
    message: `Nothing in the input shows which version of Gloo ${describeObject(workload.object)} belongs to, which is also the version of the sds image.`,
    hint: 'set it with --gloo-version',
  });
}

function sdsOfNewerGloo(workload: KubeObject, version: string): Problem {
  return workload.problem({
    code: 'sds-of-newer-gloo',
    severity: 'warning',
    message: `The sds image of Gloo ${version} does not read Istio's certificates, so ${describeObject(workload.object)} gets that of ${firstIstioSds}.`,
    hint: 'choose another with --image sds=IMAGE',
  });
}

function withoutVolume(workload: KubeObject, name: string): Problem {
  return workload.problem({
    code: 'unknown-volume',
    severity: 'error',
    message: `A sidecar mounts the volume ${name}, which neither the pod has nor glistio adds.`,
    hint: `remove the mount from the sidecar, or add the volume to ${describeObject(workload.object)}`,
  });
}

import { truthy } from '../go/template.ts';
import { discoveryAddressIn } from '../objects/proxy-config.ts';
import type { Path } from '../problem.ts';
import { wordOf } from '../value.ts';
import { envOf, type Pod, type PodContainer } from './pod.ts';

/** The parts of an image's name. */
export interface ImageName {
  readonly repository: string;
  /** The last part of the repository. */
  readonly base: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** Parses an image's name; the port of a registry is not a tag. */
export function readImage(reference: string): ImageName {
  const [name = '', digest] = reference.split('@', 2);
  const slash = name.lastIndexOf('/');
  const colon = name.lastIndexOf(':');
  const tag = colon > slash ? name.slice(colon + 1) : undefined;
  const repository = colon > slash ? name.slice(0, colon) : name;
  return { repository, base: repository.slice(slash + 1), tag, digest };
}

/** The grammar of image names and digests (docker's `reference` and `go-digest`). */
export function isImage(reference: string): boolean {
  const domain =
    '(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\\.[a-zA-Z0-9-]+)*|\\[[0-9a-fA-F:]+\\])(?::\\d+)?';
  const part = '[a-z0-9]+(?:(?:\\.|_{1,2}|-+)[a-z0-9]+)*';
  const grammar = `^(?:${domain}/)?${part}(?:/${part})*(?::[\\w][\\w.-]{0,127})?(?:@(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}))?$`;
  return new RegExp(grammar).test(reference);
}

/** `[1, 20, 3]` of `1.20.3-distroless`. */
export type SidecarVersion = readonly [major: number, minor: number, patch: number];

/** The Istio agent of a pod: the container that asks istiod for certificates. */
export interface Agent {
  readonly pod: Pod;
  readonly container: PodContainer;
  /** From the tag of its image; undefined if that does not show it. */
  readonly version: SidecarVersion | undefined;
  /** `Istio 1.20.3`, or `its Istio` if the version is unknown. */
  readonly istio: string;
}

/** Every Istio agent of a pod, the chart's own or the user's. */
export function agentsOf(pod: Pod): Agent[] {
  return pod.containers.filter(isAgent).map((container) => {
    const version = versionOf(container.image);
    return { pod, container, version, istio: version === undefined ? 'its Istio' : `Istio ${version.join('.')}` };
  });
}

function isAgent({ role, name, image }: PodContainer): boolean {
  if (role === 'istio-proxy') return true;
  return (role === 'custom' || role === 'extra') && (name === 'istio-proxy' || /proxyv2/.test(readImage(image).base));
}

function versionOf(image: string): SidecarVersion | undefined {
  const [, major, minor, patch] = /^v?(1)\.(\d{1,3})(?:\.(\d{1,3}))?(?![\d.])/.exec(readImage(image).tag ?? '') ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor), Number(patch ?? 0)];
}

/** Whether a version is at least as new as another; false if it is unknown. */
export function isAtLeast(version: SidecarVersion | undefined, major: number, minor: number, patch = 0): boolean {
  if (version === undefined) return false;
  const wanted = [major, minor, patch];
  const index = version.findIndex((part, i) => part !== wanted[i]);
  return index < 0 || (version[index] ?? 0) > (wanted[index] ?? 0);
}

/** The value of an argument, `--name value` or `--name=value`; undefined if it is not given. */
export function argumentOf({ args }: PodContainer, name: string): string | undefined {
  const texts = args.map((arg) => (typeof arg === 'string' ? arg : wordOf(arg)));
  const index = texts.findIndex((text) => text === `--${name}` || text.startsWith(`--${name}=`));
  const found = texts[index];
  if (found === undefined) return undefined;
  return found.includes('=') ? found.slice(found.indexOf('=') + 1) : texts[index + 1];
}

/** The place of a container's arguments. */
export function argsPath({ role, path }: PodContainer): Path {
  return role === 'istio-proxy' ? path : [...path, 'args'];
}

/** Where the agent looks for istiod. */
export interface DiscoveryAddress {
  readonly address: string;
  readonly path: Path;
  readonly from: 'PROXY_CONFIG' | '--discoveryAddress' | 'CA_ADDR';
}

/** The addresses that the agent actually uses: one for configuration, one for certificates. */
export function discoveriesOf(agent: Agent): DiscoveryAddress[] {
  const { container, pod } = agent;
  const found: DiscoveryAddress[] = [];
  // For the default sidecar, the proxy's values decide, not those of the sidecar.
  const decided = (fallback: Path, key: string): Path =>
    container.role === 'istio-proxy' && pod.proxy !== undefined ? [...pod.path, key] : fallback;
  const config = envOf(container, 'PROXY_CONFIG');
  const fromConfig = config && discoveryAddressIn(config.value);
  if (config !== undefined && fromConfig !== undefined) {
    const path = decided(config.path, 'istioDiscoveryAddress');
    found.push({ address: fromConfig, path, from: 'PROXY_CONFIG' });
  }
  const flag = argumentOf(container, 'discoveryAddress');
  // Since 1.6 the argument is accepted and ignored.
  if (flag !== undefined && agent.version !== undefined && !isAtLeast(agent.version, 1, 6)) {
    found.push({ address: flag, path: argsPath(container), from: '--discoveryAddress' });
  }
  const ca = envOf(container, 'CA_ADDR');
  if (ca !== undefined && ca.value !== '') {
    const own = 'istioSpiffeCertProviderAddress';
    // Without a value of its own, the chart takes that of istioDiscoveryAddress.
    const isShared = !truthy(pod.proxy?.spec.map[own]) && truthy(pod.proxy?.spec.map['istioDiscoveryAddress']);
    found.push({
      address: ca.value,
      path: decided(ca.path, isShared ? 'istioDiscoveryAddress' : own),
      from: 'CA_ADDR',
    });
  }
  return found;
}

import { truthy } from '../go/template.ts';
import { parseImage } from '../objects/image-reference.ts';
import { type Istio, type IstioVersion, istioOf, istioVersionOfTag } from '../objects/istio-version.ts';
import { discoveryAddressIn } from '../objects/proxy-config.ts';
import { isIstioAgent } from '../objects/sidecars.ts';
import type { Path } from '../problem.ts';
import { wordOf } from '../value.ts';
import { envOf, type Pod, type PodContainer } from './pod.ts';

/** The Istio agent of a pod: the container that asks istiod for certificates. */
export interface Agent {
  readonly pod: Pod;
  readonly container: PodContainer;
  /** From the tag of its image; undefined if that does not show it. */
  readonly version: IstioVersion | undefined;
  /** Whether its version has a behaviour; false if the version is unknown. */
  readonly has: Istio['has'];
  /** `Istio 1.20.3`, or `its Istio` if the version is unknown. */
  readonly istio: string;
}

/** Every Istio agent of a pod, the chart's own or the user's. */
export function agentsOf(pod: Pod): Agent[] {
  const others = pod.containers.filter(({ role }) => role === 'istio-proxy' || role === 'custom' || role === 'extra');
  const agents = others.filter(({ value }) => isIstioAgent(value));
  return agents.map((container) => {
    const version = istioVersionOfTag(parseImage(container.image).tag);
    if (version === undefined) return { pod, container, version: undefined, has: () => false, istio: 'its Istio' };
    return { pod, container, ...istioOf(version), istio: `Istio ${version.join('.')}` };
  });
}

/** The value of an argument, `--name value` or `--name=value`; undefined if it is not given. */
export function argumentOf({ args }: PodContainer, name: string): string | undefined {
  const texts = args.map((arg) => (typeof arg === 'string' ? arg : wordOf(arg)));
  const index = texts.findIndex((text) => text === `--${name}` || text.startsWith(`--${name}=`));
  const found = texts[index];
  if (found === undefined) return undefined;
  return found.includes('=') ? found.slice(found.indexOf('=') + 1) : texts[index + 1];
}

/** Every Istio agent of every pod. */
export function allAgents({ pods }: { readonly pods: readonly Pod[] }): Agent[] {
  return pods.flatMap(agentsOf);
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
  if (flag !== undefined && agent.version !== undefined && !agent.has('argumentsIgnored')) {
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

/** How the sidecars of a gateway proxy are recognized, whatever their containers are called. */

import { mapsIn, textOf, type ValueMap } from '../value.ts';
import { parseImage } from './image-reference.ts';

/** Every volume that the sidecars of any release use. */
export const sidecarVolumes = [
  'istio-certs',
  'istiod-ca-cert',
  'istio-envoy',
  'istio-token',
  'credential-socket',
  'workload-socket',
  'workload-certs',
] as const;

/** Where the SDS server listens, and Envoy's cluster gateway_proxy_sds connects to: in the same pod. */
export const sdsAddress = { host: '127.0.0.1', port: 8234 } as const;

/** Where the SDS server reads the mesh's certificates. */
export const certificateFolder = '/etc/istio-certs';

const sdsImage = /(?:^|\/)sds(?:-ee)?(?:-fips)?(?:[:@]|$)/;

/** Whether a container has the image of Gloo's SDS server. */
export function hasSdsImage(container: ValueMap): boolean {
  return sdsImage.test(textOf(container['image']) ?? '');
}

/** Whether a container runs Gloo's SDS server, judged by its image or by a variable that only this server reads. */
export function runsSds(container: ValueMap): boolean {
  const isTold = ({ name }: ValueMap): boolean => name === 'ISTIO_MTLS_SDS_ENABLED' || name === 'GLOO_MTLS_SDS_ENABLED';
  return hasSdsImage(container) || mapsIn(container['env']).some(isTold);
}

/**
 * Whether a container is its pod's SDS server: it runs Gloo's, is named sds, or has the port that Envoy connects to.
 */
export function isSdsServer(container: ValueMap): boolean {
  const hasPort = mapsIn(container['ports']).some(({ containerPort }) => containerPort === sdsAddress.port);
  return container['name'] === 'sds' || runsSds(container) || hasPort;
}

/** Whether a container has Istio's image for proxies, or a copy of it. */
export function hasAgentImage(container: ValueMap): boolean {
  return /proxyv2(?![a-z\d])/.test(parseImage(textOf(container['image']) ?? '').name);
}

/** Whether a container is Istio's agent, judged by its name or its image. */
export function isIstioAgent(container: ValueMap): boolean {
  return container['name'] === 'istio-proxy' || hasAgentImage(container);
}

/** What the sidecars of a gateway proxy are known by, whatever their containers are called. */
import { mapsIn, textOf, type ValueMap } from '../value.ts';

/** Every volume that some release's sidecars bring along. */
export const sidecarVolumes = [
  'istio-certs',
  'istiod-ca-cert',
  'istio-envoy',
  'istio-token',
  'credential-socket',
  'workload-socket',
  'workload-certs',
] as const;

/** The port of the SDS server, which Envoy's cluster gateway_proxy_sds asks. */
const sdsPort = 8234;

const sdsImage = /(?:^|\/)sds(?:-ee)?(?:-fips)?(?:[:@]|$)/;

/** Whether a container has the image of Gloo's SDS server. */
export function hasSdsImage(container: ValueMap): boolean {
  return sdsImage.test(textOf(container['image']) ?? '');
}

/** Whether a container runs Gloo's SDS server, by its image or by a variable that only this server reads. */
export function runsSds(container: ValueMap): boolean {
  const isTold = ({ name }: ValueMap): boolean => name === 'ISTIO_MTLS_SDS_ENABLED' || name === 'GLOO_MTLS_SDS_ENABLED';
  return hasSdsImage(container) || mapsIn(container['env']).some(isTold);
}

/** Whether a container is the SDS server of its pod: it runs Gloo's, is called sds, or has the port that Envoy asks. */
export function isSdsServer(container: ValueMap): boolean {
  const hasPort = mapsIn(container['ports']).some(({ containerPort }) => containerPort === sdsPort);
  return container['name'] === 'sds' || runsSds(container) || hasPort;
}

/** Whether a container is Istio's agent, by its name or its image. */
export function isIstioAgent(container: ValueMap): boolean {
  return container['name'] === 'istio-proxy' || /(?:^|\/)proxyv2(?:[:@]|$)/.test(textOf(container['image']) ?? '');
}

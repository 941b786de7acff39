/** The default of Istio's agent, for its configuration and its certificates. */
export const defaultIstiod = 'istiod.istio-system.svc:15012';

/**
 * What is wrong with an address of istiod; undefined if it is one, or if a variable in it is only known in the
 * cluster. Source: Istio's ValidateProxyAddress, which the agent applies to its configuration when it starts.
 */
export function addressFault(address: string): string | undefined {
  if (address.includes('$(')) return undefined;
  if (address.includes('://')) return 'with a scheme, which an address does not have';
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:[\]]*)):(.*)$/.exec(address) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || port === undefined) return 'which has no port';
  if (!/^[+-]?\d{1,9}$/.test(port) || Number(port) < 1 || Number(port) > 65535)
    return 'whose port is not a number from 1 to 65535';
  const isName =
    host.length <= 255 && /^(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)*[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.?$/i.test(host);
  return isName || (bracketed !== undefined && /^[\da-f:.]+$/i.test(host))
    ? undefined
    : 'whose host is not a host name or an IP address';
}

/** The ports of istiod's Service that serve something else. Source: its chart, and the servers that it starts. */
const otherPorts: ReadonlySet<string> = new Set(['15010', '15014', '15017', '443', '8080']);

/** Whether an istiod may sign certificates at an address; one of another name decides by itself what its ports are. */
export function signsAt(address: string): boolean {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(address) ?? [];
  return !/^istiod(?:-[\w-]+)?\./.test(host) || !otherPorts.has(port);
}

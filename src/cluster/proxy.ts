import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { ClusterFailure } from './kubeconfig.ts';

/** The proxy for a URL: the kubeconfig's, otherwise the environment's, as in kubectl. */
export function proxyFor(
  url: string,
  own: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): URL | undefined {
  const { hostname, protocol } = new URL(url);
  const wide = protocol === 'https:' ? (env['HTTPS_PROXY'] ?? env['https_proxy']) : undefined;
  const chosen = own || (isDirect(hostname, env['NO_PROXY'] ?? env['no_proxy'] ?? '') ? undefined : wide);
  if (!chosen) return undefined;
  const proxy = new URL(chosen.includes('://') ? chosen : `http://${chosen}`);
  if (proxy.protocol === 'http:' || proxy.protocol === 'https:') return proxy;
  throw new ClusterFailure(`the proxy ${proxy.protocol}//${proxy.host} is not supported`, 'use an http or https proxy');
}

/** The environment's proxy is never used for loopback addresses. */
function isDirect(host: string, exceptions: string): boolean {
  if (/^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host)) return true;
  return exceptions
    .split(',')
    .map((entry) => entry.trim().replace(/^\*?\./, ''))
    .some((entry) => entry === '*' || (entry !== '' && (host === entry || host.endsWith(`.${entry}`))));
}

/** Connects to a URL's host through a proxy. */
export function tunnel(proxy: URL, url: string, signal: AbortSignal): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const place = `${hostname}:${port || 443}`;
  const who =
    proxy.username === '' ? undefined : `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return new Promise((done, fail) => {
    const call = (proxy.protocol === 'https:' ? https : http).request({
      host: proxy.hostname,
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      method: 'CONNECT',
      path: place,
      signal,
      headers: {
        Host: place,
        ...(who === undefined ? {} : { 'Proxy-Authorization': `Basic ${Buffer.from(who).toString('base64')}` }),
      },
    });
    call.on('error', fail);
    call.on('connect', (response, socket: Socket) => {
      if (response.statusCode === 200) done(socket);
      else
        fail(
          new ClusterFailure(
            `the proxy ${proxy.host} refuses the connection to ${place}: it answered ${response.statusCode}`,
          ),
        );
    });
    call.end();
  });
}

import { trimEndOf } from '../trim.ts';
import { ClusterFailure } from './kubeconfig.ts';

/** Path segments of the Kubernetes API: names and versions, percent-encoded where necessary. */
const segment = /^(?:[A-Za-z0-9._~:@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+$/;
/** The longest path that glistio requests contains a group, a namespace, a kind and a name of 253 characters each. */
const longestPath = 4096;

/**
 * Returns the URL of an API path on a server. All addresses are built here, so whatever a path was made from, a request
 * goes to the kubeconfig's origin, below its base path, and to `/api/` or `/apis/`. Throws a {@link ClusterFailure} for
 * any other path or for a server that is not an http(s) URL.
 */
export function addressOf(server: string, path: string): URL {
  const base = serverOf(server);
  const [plain = '', query, ...others] = path.split('?');
  const segments = plain.split('/');
  const isApi = segments[0] === '' && (segments[1] === 'api' || segments[1] === 'apis') && segments.length > 2;
  if (!isApi || others.length > 0 || path.length > longestPath || !segments.slice(1).every(isSegment))
    throw foreign(path);
  if (query !== undefined && !/^[\x21\x24-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7e]*$/.test(query)) throw foreign(path);
  const prefix = trimEndOf(base.pathname, '/');
  const url = new URL(`${base.origin}${prefix}${path}`);
  // The URL parser must not have normalized anything or read it differently.
  if (url.origin !== base.origin || `${url.pathname}${url.search}` !== `${prefix}${path}`) throw foreign(path);
  url.username = base.username;
  url.password = base.password;
  return url;
}

function serverOf(server: string): URL {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  const isUsable = url !== undefined && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '';
  if (isUsable) return url;
  throw new ClusterFailure(
    `the kubeconfig's server ${JSON.stringify(server)} is not the address of an API server`,
    'it must be a URL like https://host:6443',
  );
}

/** An encoded slash or dot segment may mean a different path to the server. */
function isSegment(text: string): boolean {
  if (!segment.test(text)) return false;
  const decoded = decode(text);
  return decoded !== undefined && decoded !== '.' && decoded !== '..' && !/[/\\]|\p{Cc}/u.test(decoded);
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function foreign(path: string): ClusterFailure {
  const shown = JSON.stringify(path.slice(0, 80)).replace(/[^\x20-\x7e]/g, '?');
  return new ClusterFailure(
    `${shown} is not a path of the Kubernetes API, so it is not requested`,
    'check the names given',
  );
}

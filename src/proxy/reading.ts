import type { Proxy } from './proxies.ts';
import type { Found, Scope } from './scope.ts';

/** The same proxy, whose values report their problems to another list. */
export function reportingTo(found: Found, proxy: Proxy): Proxy {
  return readWith({ found }, proxy);
}

/** The same proxy, whose values are printed into a file of its ConfigMap. */
export function inFile(proxy: Proxy): Proxy {
  return readWith({ isInFile: true }, proxy);
}

/** The same proxy, whose workload is merged with an override. */
export function toBeMerged(proxy: Proxy): Proxy {
  return readWith({ isMerged: true, isOverridden: true }, proxy);
}

/** The same proxy, of which an override may replace what is printed. */
export function toBeOverridden(proxy: Proxy): Proxy {
  return readWith({ isOverridden: true }, proxy);
}

function readWith(part: Partial<Scope>, proxy: Proxy): Proxy {
  const into = ({ map, path, found, isInFile, isOverridden }: Scope): Scope => ({
    map,
    path,
    found,
    isInFile,
    isOverridden,
    ...part,
  });
  const { own, spec, pod, stats, context } = proxy;
  const { values, global } = context;
  return {
    ...proxy,
    own: into(own),
    spec: into(spec),
    pod: into(pod),
    stats: into(stats),
    context: { ...context, values: into(values), global: into(global), mutualTls: undefined },
  };
}

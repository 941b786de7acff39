import { compareIstio, type IstioVersion } from '../objects/istio-version.ts';
import type { Problem } from '../problem.ts';
import { lookupTable } from '../value.ts';
import { newestIstioPatchesJson } from './data.gen.ts';

/** Where Istio publishes its images. */
export const istioRegistry = 'docker.io/istio';

let newest: Readonly<Record<string, number>> | undefined;

/** The newest known release of a line such as `1.24`. */
function newestOf(line: string): string | undefined {
  newest ??= lookupTable(JSON.parse(newestIstioPatchesJson) as Readonly<Record<string, number>>);
  const patch = newest[line];
  return patch === undefined ? undefined : `${line}.${patch}`;
}

/** Every known release of Istio from one version to another, both included where they are known, in their order. */
export function istioReleasesBetween(from: IstioVersion, to: IstioVersion): IstioVersion[] {
  newest ??= lookupTable(JSON.parse(newestIstioPatchesJson) as Readonly<Record<string, number>>);
  const all = Object.entries(newest).flatMap(([line, last]) => {
    const [major = 0, minor = 0] = line.split('.').map(Number);
    return Array.from({ length: last + 1 }, (_, patch): IstioVersion => [major, minor, patch]);
  });
  const [low, high] = compareIstio(from, to) <= 0 ? [from, to] : [to, from];
  return all
    .filter((one) => compareIstio(one, low) >= 0 && compareIstio(one, high) <= 0)
    .sort((a, b) => compareIstio(a, b) * (low === from ? 1 : -1));
}

/**
 * Reports that Istio's own registry has no proxy with a tag, or none that is known: its tags are complete versions,
 * some with a variant as suffix. `source` is where the tag comes from; a tag that an istiod runs with is only a
 * warning. The hint ends with `otherwise`.
 */
export function doubtfulIstioTag(
  tag: string,
  source: string,
  severity: 'error' | 'warning',
  otherwise = '',
): Problem[] {
  // There is a separate warning for versions older than every known line.
  if (/^(?:0|1\.[0-5])(?:\.|$)/.test(tag)) return [];
  const [whole, line = '', patch] =
    /^(\d{1,3}\.\d{1,3})\.(\d{1,4})(?:-(?:alpha|beta|rc)\.\w{1,60})?(?:-(?:distroless|debug))?$/.exec(tag) ?? [];
  const named = /^v?(\d{1,3}\.\d{1,3})(?=\.|-|$)/.exec(tag)?.[1] ?? '';
  if (whole === undefined) {
    const like = /^v\d/.test(tag) ? tag.slice(1) : newestOf(named);
    const message = `${source} is ${tag}, but ${istioRegistry}/proxyv2 has no such tag: its tags are complete versions of Istio.`;
    const hint = `write ${like ?? 'the version of your mesh, such as 1.22.3'}, as istioctl version prints it${otherwise}`;
    return [{ code: 'no-such-istio', severity, message, hint }];
  }
  const known = newestOf(line);
  if (known !== undefined && Number(patch) <= Number(known.split('.')[2])) return [];
  const message =
    known === undefined
      ? `${source} is ${tag}, but no Istio ${line} is known.`
      : `${source} is ${tag}, but the newest Istio ${line} that is known is ${known}.`;
  return [{ code: 'no-such-istio', severity: 'warning', message, hint: 'check that the image exists' }];
}

/** The library's exported functions about mTLS: each validates its arguments first and never throws. */
import { bugProblem } from '../bug.ts';
import type { MtlsCheck } from '../istio/check/types.ts';
import { type EffectiveMtls, effectiveMtls as effective } from '../istio/effective-mtls.ts';
import { upstreamTls as translated, type UpstreamTls } from '../istio/upstream-tls.ts';
import { hasErrors, type Problem } from '../problem.ts';
import { isMap, type ValueMap } from '../value.ts';
import { checkMtls as check, type MtlsWorld } from '../verbs/check.ts';
import { answer, valuesReaders } from './library.ts';
import * as read from './options.ts';
import { plainOf } from './plain.ts';
import { sideFrom } from './sources.ts';

const worldReader = read.options({
  ...valuesReaders,
  objects: (given: unknown, name: string, problems: Problem[]) => sideFrom(given, name, problems),
  complete: (given: unknown, name: string, problems: Problem[]) =>
    typeof given === 'boolean' ? given : read.many(read.text)(given, name, problems),
  glooVersion: read.text,
  glooNamespace: read.text,
  istioVersion: read.text,
  rootNamespace: read.text,
  trustDomain: read.text,
});

/**
 * Determines whether requests to each Upstream arrive over the mesh's mutual TLS, as a chain of reasons: the proxy has
 * the SDS cluster, its sidecar writes certificates there, the Upstream presents them, the pod terminates mTLS, policies
 * allow the gateway. A row is `works` only if no missing object could change that; for `unknown`, `missing` names the
 * objects that would decide.
 */
export function checkMtls(world?: MtlsWorld): MtlsCheck {
  return answer<MtlsCheck>(
    (problems) => ({ rows: [], problems: [...problems] }),
    (problems) => {
      const options = worldReader(world, 'world', problems) ?? {};
      if (hasErrors(problems)) return undefined;
      // Every option was read as its type declares.
      return check(options as MtlsWorld);
    },
  );
}

/**
 * Returns what a workload accepts on each of its ports: `input` has `objects` (Services and PeerAuthentications),
 * `workload` (`namespace`, `labels`, `dataplane`: `sidecar`, `ambient` or `none`), `ports` of the pod, and
 * `rootNamespace`; an `id` is returned. `release` is Istio's. Without an answer, `error` is set.
 */
export function effectiveMtls(input: unknown, release: string): EffectiveMtls {
  return answerOrError(input, release, effective);
}

/**
 * Returns the cluster, endpoints and reports that Gloo's translator generates for an Upstream: `input` has `upstream`,
 * `settings` (or null), `env` of the control plane, `services`, `endpoints`, `pods` and `secrets`; an `id` is returned.
 * `release` is Gloo's. Without an answer, `error` is set.
 */
export function upstreamTls(input: unknown, release: string): UpstreamTls {
  return answerOrError(input, release, translated);
}

function answerOrError<T>(
  input: unknown,
  release: unknown,
  run: (input: ValueMap, release: string) => T,
): T | { readonly error: string } {
  try {
    if (typeof release !== 'string') return { error: 'The release must be a string, such as 1.22.3.' };
    const { value, problems } = plainOf(input, 'input');
    const [wrong] = problems;
    if (wrong !== undefined) return { error: wrong.message };
    return isMap(value) ? run(value, release) : { error: 'The input must be an object.' };
  } catch (error) {
    return { error: bugProblem(error).message };
  }
}

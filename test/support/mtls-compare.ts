/** Compares the answers of `src/istio` with the recorded answers of Istio's and Gloo's code. */
import { isDeepStrictEqual } from 'node:util';
import { authorize } from '../../src/istio/authorization.ts';
import { effectiveMtls } from '../../src/istio/effective-mtls.ts';
import { upstreamTls } from '../../src/istio/upstream-tls.ts';
import type { Recording, RecordingName } from './mtls-cases.ts';

export interface Figures {
  readonly equal: number;
  readonly all: number;
  readonly different: readonly string[];
}

/** By release, the number of answers that equal the recorded ones. */
export function compareRecording(name: RecordingName, recording: Recording): Record<string, Figures> {
  if (name === 'authorization') return compareRequests(recording);
  return compareAnswers(recording, name === 'translator' ? upstreamTls : effectiveMtls);
}

/** A key that is not that of the certificate: whether they match is not computed. */
export const notComputed = 'secret-key-of-another';

function compareAnswers(
  { cases, releases }: Recording,
  answerOf: (input: unknown, release: string) => unknown,
): Record<string, Figures> {
  return mapReleases(releases, (release, answers) => {
    const different = cases.filter(
      (one, index) => one.id !== notComputed && !isDeepStrictEqual(answerOf(one, release), answers[index]),
    );
    return {
      equal: cases.length - different.length,
      all: cases.length,
      different: different.map(({ id }) => id).slice(0, 10),
    };
  });
}

const refused = ['no-filter-chain', 'no-client-certificate', 'not-http'];

/** Each request, judged by the listener and then by the policies. */
function compareRequests({ cases, releases }: Recording): Record<string, Figures> {
  return mapReleases(releases, (release, answers) => {
    const different: string[] = [];
    let all = 0;
    cases.forEach((one, index) => {
      const { ports = {} } = effectiveMtls({ ...one, ports: [5000, 7000, 8080] }, release);
      const policies = one.objects.filter(({ kind }: { kind: string }) => kind === 'AuthorizationPolicy');
      for (const { name, port, call, principal, method = 'GET', path = '/', host = 'web.shop' } of one.requests) {
        all++;
        const result = (ports[port] as { calls: Record<string, string> }).calls[call] ?? '';
        const seen = {
          ...{ port, method, path, host, headers: {} },
          isHttp: result.endsWith('-http'),
          principal: result.startsWith('mtls-') ? principal?.replace('spiffe://', '') : undefined,
        };
        const { allowed } = authorize(seen, one.workload, policies, one.rootNamespace);
        const got = refused.includes(result) ? `refused: ${result}` : allowed === true ? 'allow' : 'deny';
        if (got !== answers[index].requests[name] || allowed === 'unknown') different.push(`${one.id}: ${name}`);
      }
    });
    return { equal: all - different.length, all, different: different.slice(0, 10) };
  });
}

function mapReleases(
  releases: Recording['releases'],
  figuresOf: (release: string, answers: Recording['releases'][string]) => Figures,
): Record<string, Figures> {
  return Object.fromEntries(
    Object.entries(releases).map(([release, answers]) => [release, figuresOf(release, answers)]),
  );
}

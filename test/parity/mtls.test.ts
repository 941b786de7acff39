import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { authorize } from '../../src/istio/authorization.ts';
import { effectiveMtls } from '../../src/istio/effective-mtls.ts';
import { upstreamTls } from '../../src/istio/upstream-tls.ts';
import { packedRecording, type Recording, type RecordingName, recordingBeside } from '../support/mtls-cases.ts';

const names: readonly RecordingName[] = ['peerauthentication', 'authorization', 'translator'];
const sources = [
  ['packed in the project', packedRecording],
  ['beside the project', recordingBeside],
] as const;

for (const [where, read] of sources) {
  for (const name of names) {
    test(`${name}, recordings ${where}: every answer is the recorded one`, (t) => {
      const recording = read(name);
      if (recording === undefined) return t.skip('no recordings beside the project');
      const compare = name === 'authorization' ? compareRequests : compareAnswers;
      const found = compare(recording, name === 'translator' ? upstreamTls : effectiveMtls);
      for (const [release, { equal, all, different }] of Object.entries(found)) {
        t.diagnostic(`${release}: ${equal} of ${all} equal`);
        assert.deepEqual(different, [], release);
      }
      assert.ok(Object.keys(found).length >= 5);
    });
  }
}

interface Figures {
  readonly equal: number;
  readonly all: number;
  readonly different: readonly string[];
}

function compareAnswers(
  { cases, releases }: Recording,
  answerOf: (input: unknown, release: string) => unknown,
): Record<string, Figures> {
  return mapReleases(releases, (release, answers) => {
    const different = cases.filter((one, index) => !isDeepStrictEqual(answerOf(one, release), answers[index]));
    return {
      equal: cases.length - different.length,
      all: cases.length,
      different: different.map(({ id }) => id).slice(0, 10),
    };
  });
}

const refused = ['no-filter-chain', 'no-client-certificate', 'not-http'];

/** Each request, by what the listener makes of the call and then by the policies. */
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

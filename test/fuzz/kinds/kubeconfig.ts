import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClusterFailure, findTarget } from '../../../src/cluster/kubeconfig.ts';
import type { Value } from '../../../src/value.ts';
import { readYaml } from '../../../src/yaml/read.ts';
import type { Draw } from '../draw.ts';
import { fault, type Kind, timed } from '../kind.ts';
import { anyBytes, anyName, anyString, mutated } from '../material/strings.ts';
import { asText, disturbed, type Json } from '../material/yaml.ts';

interface Input {
  readonly text: string;
  readonly context: string | undefined;
}

function config(draw: Draw): Json {
  const cluster: Json = {
    server: draw.oneIn(3) ? anyString(draw) : 'https://127.0.0.1:6443',
    'certificate-authority': draw.oneIn(3) ? anyName(draw) : 'ca.crt',
    'insecure-skip-tls-verify': draw.oneIn(2),
  };
  const user: Json = draw.one<Json>(
    () => ({ token: 'x' }),
    () => ({ tokenFile: draw.pick(['token', 'missing', '.', '']) }),
    () => ({
      exec: {
        apiVersion: 'client.authentication.k8s.io/v1',
        command: anyString(draw),
        args: [anyString(draw)],
        env: null,
      },
    }),
    () => ({ 'client-certificate-data': anyString(draw), 'client-key-data': anyString(draw) }),
    () => ({ 'auth-provider': { name: anyName(draw), config: {} } }),
  );
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'a',
    contexts: [{ name: 'a', context: { cluster: 'c', user: 'u', namespace: anyName(draw) } }],
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user }],
  };
}

/** Kubeconfigs; no cluster is contacted. */
export const kind: Kind<Input> = {
  name: 'kubeconfig',
  inputs: 400,
  make: (draw) => ({
    text: draw.one(
      () => asText(draw, disturbed(draw, config(draw))),
      () => mutated(draw, asText(draw, config(draw))),
      () => anyBytes(draw),
    ),
    context: draw.oneIn(4) ? anyName(draw) : undefined,
  }),
  async check({ text, context }) {
    const folder = mkdtempSync(join(tmpdir(), 'glistio-fuzz-'));
    try {
      const path = join(folder, 'config');
      writeFileSync(path, text);
      writeFileSync(join(folder, 'token'), 'x\n');
      const target = await timed(() =>
        findTarget({ path, env: {}, parse, ...(context === undefined ? {} : { context }) }),
      );
      if (typeof target.cluster.server !== 'string') fault('a cluster without an address', JSON.stringify(target));
    } catch (error) {
      if (!(error instanceof ClusterFailure)) throw error;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  show: ({ text, context }) => `context ${JSON.stringify(context)}\n${text}`,
};

/** As the command reads it. */
function parse(text: string, name: string): Value {
  const { value, problems } = readYaml({ name, text });
  const problem = problems.find(({ severity }) => severity === 'error');
  if (problem !== undefined) throw new Error(`line ${problem.line}: ${problem.message}`);
  return value;
}

/**
 * What determines the objects that the control plane deploys for a Gateway: values of the chart, and fields of Gateway
 * and GatewayParameters.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../../src/cli/run.ts';
import type { Drawn } from '../../src/explain/drawn.ts';
import { hasErrors, parsePath } from '../../src/problem.ts';
import { isMap, type Value, type ValueMap, valueAt, withValueAt } from '../../src/value.ts';
import { explain } from '../../src/verbs/explain.ts';
import { prepare } from '../../src/verbs/prepare.ts';
import { renderKubeGateways } from '../../src/verbs/render-kube.ts';
import { compareSets, difference, nameOf, others, type Tally } from '../support/explained.ts';
import { gateway, ownParameters } from '../support/kube-objects.ts';
import { memoryIo } from '../support/memory-io.ts';

const values: ValueMap = {
  kubeGateway: { enabled: true, gatewayParameters: { glooGateway: { podTemplate: { probes: true } } } },
  global: { istioIntegration: { enabled: true } },
};
const http = gateway();
const own = ownParameters({
  deployment: { replicas: 2 },
  podTemplate: { extraLabels: { team: 'edge' }, tolerations: [{ key: 'edge', operator: 'Exists' }] },
  envoyContainer: { resources: { requests: { cpu: '500m' } }, bootstrap: { logLevel: 'debug' } },
  service: { type: 'NodePort' },
  istio: { istioProxyContainer: { istioMetaMeshId: 'not-read', logLevel: 'debug' } },
});

function rendered(given: ValueMap, objects: readonly ValueMap[], chartVersion: string): Drawn[] | undefined {
  const { manifests, problems } = renderKubeGateways({ values: [given], chartVersion, gateways: objects });
  return hasErrors(problems) ? undefined : [...manifests];
}

for (const chartVersion of ['1.22.1'])
  test(`changing any value or field of ${chartVersion} changes exactly the parts that the map names`, (context) => {
    const objects = [http, own];
    const mapping = explain({ values: [values], chartVersion, gateways: objects });
    const prepared = prepare({ values: [values], chartVersion });
    const before = rendered(values, objects, chartVersion) ?? [];
    assert.ok('chart' in prepared && before.length === 4, JSON.stringify(mapping.problems));
    assert.deepEqual(
      mapping.objects.map(({ kind, name }) => `${kind} ${name}`),
      before.map(({ kind, name }) => `${kind} ${name}`),
    );
    const tally: Tally = { right: 0, named: 0, real: 0, tried: 0, wrong: [] };
    for (const [index, value] of mapping.values.entries()) {
      // Of those without effect, every sixtieth is enough.
      if (value.effect === 'unknown' || (value.effect === 'none' && index % 60 !== 0)) continue;
      const [name = '', ...steps] = parsePath(value.path);
      const at = objects.findIndex(({ kind }) => String(name).startsWith(`${String(kind)}/`));
      const path = at < 0 ? [name, ...steps] : steps;
      // An item of a default is not in the user's lists, and a name changes all objects.
      const isItem = at < 0 && path.some((step) => typeof step === 'number');
      if (isItem || (at >= 0 && path.at(-1) === 'name' && path.length === 2)) continue;
      const now = valueAt(at < 0 ? prepared.values : objects[at], ...path);
      const change = (other: Value): Drawn[] | undefined => {
        const changed = objects.map((one, index_) => (index_ === at ? withValueAt(one, path, other) : one));
        const given = at < 0 ? withValueAt(values, path, other) : values;
        return isMap(given) ? rendered(given, changed as ValueMap[], chartVersion) : undefined;
      };
      const isChoice = (value.enum ?? value.known) !== undefined;
      const real = new Set<string>();
      let isTaken = false;
      for (const other of others(value, now)) {
        const after = change(other);
        if (after === undefined) continue;
        isTaken = true;
        for (const part of difference(before, after)) real.add(part);
        if (!isChoice && real.size > 0) break;
      }
      const named = value.parts.filter(({ when }) => when !== 'unset');
      const written = named.map(({ object, path: where, change: how }) => nameOf(object, where, how));
      if (isTaken) compareSets(value.path, new Set(written), real, tally);
    }
    context.diagnostic(`${chartVersion}: ${tally.tried} values and fields tried, ${tally.right} parts`);
    assert.deepEqual(tally.wrong, []);
    assert.ok(tally.right > 40, String(tally.right));
  });

const files = {
  'values.yaml': JSON.stringify(values),
  'gateway.yaml': JSON.stringify(http),
  'own.yaml': JSON.stringify(own),
};
const ofGateway = ['-f', 'values.yaml', '--gateway', 'gateway.yaml', '--parameters', 'own.yaml'];

async function said(...argv: string[]): Promise<string> {
  const io = memoryIo({ files });
  assert.equal(await run([...argv, ...ofGateway], io), 0, io.printed.stderr);
  return io.printed.stdout;
}

test('a line of what render --gateway prints is made by a field, a value, or a default', async () => {
  const lines = (await said('render')).split('\n');
  const line = (text: string): string => String(lines.findIndex((one) => one.includes(text)) + 1);
  const ofReplicas = await said('explain', '--line', line('replicas: 2'));
  assert.match(
    ofReplicas,
    /stands here: GatewayParameters\/edge\/own\.spec\.kube\.deployment\.replicas = 2\n.*own\.yaml:1:/,
  );
});

test('a field says what it makes, and that it makes nothing', async () => {
  const path = 'GatewayParameters/edge/own.spec.kube';
  assert.match(await said('explain', `${path}.service.type`), /Service\/gloo-proxy-http:\d+ spec\.type changes/);
  const value = 'kubeGateway.gatewayParameters.glooGateway.service.type';
  assert.match(
    await said('explain', value),
    /changes nothing: .*GatewayParameters\/edge\/own\.spec\.kube\.service\.type/,
  );
});

test('the pods of Gateways are drawn', async () => {
  const drawn = await said('explain', '--picture', 'values.yaml');
  assert.match(drawn, /gloo-proxy-http/);
  assert.match(drawn, /istio-proxy/);
  const io = memoryIo({ files });
  assert.equal(await run(['explain', 'global.istioSDS', '--parameters', 'own.yaml'], io), 2);
});

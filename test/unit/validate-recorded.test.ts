import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateValues } from '../../src/verbs/validate.ts';
import { type Answer, hasAnswers, isWhole, readAnswers, readCases, readClasses, verdictsOf } from '../parity/suite.ts';

// One class in seven, and in turn every fifth case: the parity tests cover all, and the rules do not distinguish most.
const classes = hasAnswers ? readClasses().filter((_, index) => isWhole || index % 7 === 0) : [];

/**
 * The recorded verdicts of Envoy come from its current messages and their rules. The real Envoy rejects these, too
 * (scripts/envoy-test.ts; for the endpoint, because of a rule in older Envoys' message).
 */
const refusedByEnvoy = new Map([
  ['gatewayProxy.tracing-1', 'tracing.provider.typed_config.collector_endpoint'],
  ['edge-null-gatewayProxy.globalDownstreamMaxConnections', 'globalDownstreamMaxConnections'],
  ['edge-null-gatewayProxy.healthyPanicThreshold', 'healthyPanicThreshold'],
  ['gatewayProxy.envoyApiVersion-1', 'envoyApiVersion'],
  ['random-1-45', 'envoyApiVersion'],
]);

test('values that a cluster takes have no error', { skip: !hasAnswers }, () => {
  const cases = readCases();
  const known = new Set<string>();
  const wrong = classes.flatMap(({ release }, turn) => {
    const answers = readAnswers(release);
    return cases.flatMap(({ id, files, namespace, release: releaseName }, at) => {
      if (!isWhole && !refusedByEnvoy.has(id) && (at + turn) % 5 > 0) return [];
      const line = answers.get(id);
      if (line === undefined || verdictsOf(JSON.parse(line) as Answer).length > 0) return [];
      const values = files.map((text, index) => ({ name: `${index}.yaml`, text }));
      const { problems } = validateValues({ values, chartVersion: release, namespace, releaseName });
      const refused = `gatewayProxies.gatewayProxy.${refusedByEnvoy.get(id)}`;
      // The API server saw no ConfigMap, and would reject `true` as a label.
      const label = 'gatewayProxies.gatewayProxy.configMap.kubeResourceOverride.metadata.labels.x';
      const isKnown = (code: string, path?: string): boolean =>
        (code === 'invalid-bootstrap' && path === refused) ||
        (code === 'wrong-type' && path === label) ||
        // It saw no Service either, which needs its ports: older releases do not inherit any.
        (code === 'missing-value' && /\.service\.https?Port$/.test(path ?? '')) ||
        (code === 'null-map' && /\.service$/.test(path ?? ''));
      const errors = problems.filter(({ severity, code, path }) => severity === 'error' && !isKnown(code, path));
      if (problems.some(({ severity, path }) => severity === 'error' && path === refused)) known.add(id);
      return errors.map(({ code, path }) => `${release} ${id}: ${code} ${path}`);
    });
  });
  assert.deepEqual(wrong, []);
  assert.deepEqual([...known].sort(), [...refusedByEnvoy.keys()].sort());
});

test('every recorded case is judged without a throw', () => {
  for (const [at, { files }] of readCases().entries()) {
    const values = files.map((text, index) => ({ name: `${index}.yaml`, text }));
    const releases = ['1.5.0', '1.22.1'].filter((_, index) => isWhole || at % 2 === index);
    for (const chartVersion of releases) validateValues({ values, chartVersion, lint: true });
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderGatewayProxies } from '../../src/verbs/render.ts';

/** The releases on both sides of each change of what the switches do, and some in between. */
const sample = ['1.5.0-beta25', '1.5.0', '1.8.0', '1.13.0', '1.16.0', '1.17.0', '1.18.0', '1.22.1'];
const switches = ['istioSDS', 'istioIntegration', 'glooMtls'];

test('custom sidecars with a mistake are refused where the release prints them, and nowhere else', () => {
  const printing = new Set<boolean>();
  for (const chartVersion of sample)
    for (const part of switches)
      for (const enabled of ['true', 'false', '"false"', 'null']) {
        const render = (extra: string) => {
          const layers = [
            `global: {istioSDS: {customSidecars: [{name: own-sidecar, image: img${extra}}]}}`,
            `global: {${part}: {enabled: ${enabled}}}`,
          ];
          return renderGatewayProxies({ values: layers.map((text, i) => ({ name: `${i}.yaml`, text })), chartVersion });
        };
        const right = render('');
        const isPrinted = right.manifests.some(({ text }) => text.includes('own-sidecar'));
        printing.add(isPrinted);
        const wrong = render(', foo: 1').problems.filter(({ code }) => code === 'unknown-field');
        const where = `${chartVersion} ${part} ${enabled}`;
        assert.deepEqual(
          wrong.map(({ severity }) => severity),
          [isPrinted ? 'error' : 'warning'],
          where,
        );
      }
  assert.deepEqual([...printing].sort(), [false, true]);
});

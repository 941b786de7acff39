/** Settings and environment that `check` makes of values, against what real Helm made of the real charts. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { controlPlaneObjects } from '../../src/verbs/control-plane.ts';
import { prepare } from '../../src/verbs/prepare.ts';

// biome-ignore lint/suspicious/noExplicitAny: recordings are read as the recorder wrote them
type Json = any;

const folder = new URL('../../../shared/oracle/proxy/', import.meta.url);
const lines = (text: string): Json[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('Settings and gloo’s environment are those of the real chart', (t) => {
  if (!existsSync(folder)) return t.skip('no recordings beside the project');
  const cases = lines(readFileSync(new URL('cases.jsonl', folder), 'utf8'));
  const wrong: string[] = [];
  let compared = 0;
  for (const file of readdirSync(new URL('releases/', folder))) {
    const release = file.replace('.jsonl.gz', '');
    const answers = new Map(
      lines(gunzipSync(readFileSync(new URL(`releases/${file}`, folder))).toString()).map((one) => [one.id, one]),
    );
    for (const { id, files, release: releaseName, namespace } of cases) {
      // Only these values reach what is compared here.
      if (!/^(?:istio|defaults|random-1)/i.test(id)) continue;
      const answer = answers.get(id);
      if (answer?.objects === undefined) continue;
      const sources = files.map((text: string, index: number) => ({ name: `${index}.yaml`, text }));
      const prepared = prepare({ values: sources, chartVersion: release, namespace, releaseName });
      if (!('chart' in prepared)) continue;
      const ours = controlPlaneObjects(prepared.values, prepared.chart, namespace);
      const [told, real] = [summary(ours), summary(answer.objects)];
      compared++;
      if (told !== real) wrong.push(`${release} ${id}: ${told} ≠ ${real}`);
    }
  }
  t.diagnostic(`${compared} compared`);
  assert.deepEqual(wrong.slice(0, 10), []);
});

/** What matters of the objects. */
function summary(objects: readonly Json[]): string {
  const settings = objects.find(({ kind }) => kind === 'Settings');
  const gloo = objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'gloo');
  const options = settings?.spec?.gloo?.istioOptions;
  const env = gloo?.spec.template.spec.containers.find(({ name }: Json) => name === 'gloo')?.env ?? [];
  const variable = (name: RegExp) => env.some((one: Json) => name.test(one.name) && one.value === 'true');
  return JSON.stringify({
    autoMtls: options?.enableAutoMtls === true,
    integration: options?.enableIntegration === true,
    sidecar: variable(/^ENABLE_ISTIO_(?:SIDECAR_ON_GATEWAY|INTEGRATION)$/),
    sds: variable(/ISTIO_MTLS_SDS_ENABLED$/),
  });
}

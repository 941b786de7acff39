/**
 * The chart's GatewayParameters and GatewayClass, for every recorded case about them on every class of releases that
 * has them.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { renderGatewayProxies } from '../../src/index.ts';
import { equal, type ValueMap } from '../../src/value.ts';

interface Given {
  readonly id: string;
  readonly files: readonly string[];
  readonly namespace: string;
  readonly release: string;
}
interface Answered {
  readonly id: string;
  readonly objects?: readonly ValueMap[];
}

const recorded = new URL('../../../shared/oracle/proxy/', import.meta.url);
const kinds = ['GatewayClass', 'GatewayParameters'];

function linesOf<T>(text: string): T[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as T);
}

test('the chart installs what real Helm gives', { skip: !existsSync(recorded) }, () => {
  const all = linesOf<Given>(readFileSync(new URL('cases.jsonl', recorded), 'utf8'));
  const cases = all.filter(({ files }) => files.some((text) => /kubeGateway|gateway2/.test(text)));
  const classes = JSON.parse(readFileSync(new URL('classes.json', recorded), 'utf8')) as { readonly release: string }[];
  const wrong: string[] = [];
  let compared = 0;
  for (const { release } of classes.filter((one) => /^1\.(?:1[7-9]|2\d)\./.test(one.release))) {
    const text = gunzipSync(readFileSync(new URL(`releases/${release}.jsonl.gz`, recorded))).toString('utf8');
    const answers = new Map(linesOf<Answered>(text).map((answer) => [answer.id, answer]));
    for (const { id, files, namespace, release: releaseName } of cases) {
      const theirs = answers.get(id)?.objects?.filter(({ kind }) => kinds.includes(String(kind)));
      if (theirs === undefined) continue;
      const values = files.map((file, index) => ({ name: `values-${index}.yaml`, text: file }));
      const { manifests, problems } = renderGatewayProxies({ values, chartVersion: release, namespace, releaseName });
      // If other values are at fault, nothing is printed at all.
      if (problems.some(({ severity }) => severity === 'error')) continue;
      const ours = manifests.filter(({ kind }) => kinds.includes(kind)).map(({ object }) => object);
      compared += theirs.length;
      const isSame = theirs.length === ours.length && theirs.every((one) => ours.some((other) => equal(one, other)));
      if (!isSame) wrong.push(`${release} ${id}`);
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(compared > 4500, String(compared));
});

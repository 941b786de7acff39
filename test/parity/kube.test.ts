/**
 * Every recorded case of Gloo's own deployer on every class of releases, through the public function. If the control
 * plane's objects are rejected through no fault of the values, glistio deviates, and a warning with one of these codes
 * says so. Every third class by default, GLISTIO_PARITY=all for all of them.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { KubeRendering } from '../../src/index.ts';
import { equal } from '../../src/value.ts';
import { differences } from './canonical.ts';
import {
  digestOfCases,
  hasKubeAnswers,
  type KubeAnswer,
  type KubeCase,
  kubeDigestsFile,
  readKubeAnswers,
  readKubeCases,
  readKubeClasses,
  recordedForm,
  renderCase,
} from './kube-suite.ts';
import { kubernetesErrors } from './kubernetes.ts';
import { isWhole } from './suite.ts';

/** Each deviation with the cases that show it. */
const deviations: Readonly<Record<string, readonly string[]>> = {
  'bare-name': ['gateway-name-digits', 'gateway-name-exponent', 'gateway-name-true', 'gateway-name-octal'],
  'bare-text-read-as-another-type': [
    ...['listener-name-digits', 'listener-name-on', 'listener-name-exponent', 'istio-own-sds-level-off'],
    ...['istio-values-sds-level-off', 'istio-values-cluster-digits', 'istio-values-mesh-word'],
    ...['values-image-tag-digits', 'values-ai-tag-digits'],
  ],
  'null-map': ['values-istio-null'],
};

const cases = readKubeCases();
const pinned = new Map(
  readFileSync(kubeDigestsFile, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' ') as [string, string]),
);
const digests = new Map<string, string>();
const seen = { cases: 0, equal: 0, deviating: 0 };
const verdicts = { asked: 0, refused: 0 };
const misjudged: string[] = [];
/** Verdicts of Kubernetes' schemas, by object. */
const shapes = { objects: 0, refused: 0 };
const misshapen: string[] = [];
const wrong: string[] = [];
const shown = new Set<string>();

const classes = hasKubeAnswers ? readKubeClasses().map((one) => one.release) : [...pinned.keys()];
const tried = classes.filter((_, index) => isWhole || index % 3 === 0);

for (const release of tried) {
  const answers = hasKubeAnswers ? readKubeAnswers(release) : undefined;
  const renderings = cases.map((given) => renderCase(given, release));
  digests.set(release, digestOfCases(renderings));
  for (const [index, given] of cases.entries()) {
    const answer = answers?.get(given.id);
    const rendering = renderings[index];
    if (answer !== undefined && rendering !== undefined) judge(given, release, answer, rendering);
  }
}

function judge(given: KubeCase, release: string, answer: KubeAnswer, { manifests, problems }: KubeRendering): void {
  seen.cases++;
  const hasError = problems.some(({ severity }) => severity === 'error');
  const ours = recordedForm(manifests.map(({ object }) => object));
  judgeShapes(`${release} ${given.id}`, manifests, problems);
  const theirs = answer.objects === undefined ? undefined : recordedForm(answer.objects);
  const isEqual = theirs === undefined ? hasError : !hasError && equal(theirs, ours);
  if (theirs !== undefined && !hasError) judgeRefusal(given.id, release, answer, problems);
  if (isEqual) seen.equal++;
  else {
    const code = Object.keys(deviations).find((one) => deviations[one]?.includes(given.id));
    const isSaid = problems.some((problem) => problem.code === code && problem.severity === 'warning');
    const isRefused = answer.error !== undefined || answer.apiServer !== undefined;
    if (code !== undefined && isSaid && isRefused) {
      seen.deviating++;
      shown.add(given.id);
    } else {
      const errors = problems.filter(({ severity }) => severity === 'error').map(({ message }) => message);
      const found = differences(theirs, ours).join('; ');
      wrong.push(`${release} ${given.id}: ${answer.error ?? found} ${errors.join('; ')}`);
    }
  }
}

/** Whether the API server could read every object; if not, there was a message. */
function judgeShapes(id: string, manifests: KubeRendering['manifests'], problems: KubeRendering['problems']): void {
  for (const { object } of manifests) {
    shapes.objects++;
    const [error] = kubernetesErrors(object);
    if (error === undefined) continue;
    shapes.refused++;
    if (!problems.some(({ code }) => code === 'kube-object-refused' || code in deviations))
      misshapen.push(`${id}: ${error}`);
  }
}

/**
 * Whether the API server's complaints were also reported by glistio, except for those that depend on that server's
 * settings.
 */
function judgeRefusal(
  id: string,
  release: string,
  { apiServer }: KubeAnswer,
  problems: KubeRendering['problems'],
): void {
  verdicts.asked++;
  const isSaid = problems.some(({ code }) => code === 'kube-object-refused' || code in deviations);
  const isOfServer = /disallowed by cluster policy|valid range/.test(JSON.stringify(apiServer ?? ''));
  if (apiServer !== undefined && (isSaid || !isOfServer)) verdicts.refused++;
  if ((apiServer !== undefined) !== isSaid && !(apiServer !== undefined && isOfServer))
    misjudged.push(`${release} ${id}`);
}

test('Kubernetes’ schemas take every object, or something is said', { skip: !hasKubeAnswers }, () => {
  assert.deepEqual(misshapen, []);
  assert.deepEqual(shapes, isWhole ? { objects: 38_128, refused: 27 } : { objects: 12_704, refused: 9 });
});

test('what the API server refuses is said, and nothing else', { skip: !hasKubeAnswers }, () => {
  assert.deepEqual(misjudged, []);
  assert.deepEqual(verdicts, isWhole ? { asked: 9526, refused: 2658 } : { asked: 3182, refused: 901 });
});

test('what the control plane deploys is equal, or deviates for a reason', { skip: !hasKubeAnswers }, () => {
  assert.deepEqual(wrong, []);
  assert.deepEqual(
    seen,
    isWhole ? { cases: 27 * 386, equal: 10_050, deviating: 372 } : { cases: 9 * 386, equal: 3350, deviating: 124 },
  );
});

test('each deviation is shown by a recorded case', { skip: !hasKubeAnswers }, () => {
  assert.deepEqual([...shown].sort(), Object.values(deviations).flat().sort());
});

test('what glistio makes of the cases is what was judged', () => {
  assert.deepEqual(Object.fromEntries(digests), Object.fromEntries(tried.map((one) => [one, pinned.get(one)])));
  if (isWhole || !hasKubeAnswers) assert.ok(tried.every((one) => pinned.has(one)));
});

/**
 * Every recorded case on classes of releases, through the public function: glistio's output equals the real chart's, or
 * deviates for a reason in schema/deviations.yaml and warns. Every second class in turn, and each with a deviation;
 * GLISTIO_PARITY=all for all of them. The recorded answers are used if they are beside the project, otherwise their
 * digests. GLISTIO_PARITY=digests always uses the digests.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkBootstrap } from '../../src/envoy/check.ts';
import { isMap, type ValueMap } from '../../src/value.ts';
import { differences, maskRelease } from './canonical.ts';
import { readDeviations } from './deviations.ts';
import { envoyErrors } from './envoy.ts';
import { count, type Figures, formatFigures } from './figures.ts';
import { type Judgement, judgeByAnswer, judgeByPin } from './judge.ts';
import { kubernetesErrors } from './kubernetes.ts';
import { createObserver, type Outcome, outcomeKey } from './observe.ts';
import { type Pin, parsePins } from './pins.ts';
import {
  type Answer,
  type Case,
  hasAnswers,
  isWhole,
  pinsFile,
  readAnswers,
  readCases,
  readClasses,
  readKeptCases,
} from './suite.ts';
import { variantsOf } from './variants.ts';

/** The number of equal cases must never decrease. */
const fewest = isWhole ? { classes: 95, cases: 56525, equal: 53976 } : { classes: 95, cases: 29542, equal: 26993 };

const list = readDeviations();
const cases = readCases();
const pins = parsePins(readFileSync(pinsFile, 'utf8'));
const classes = hasAnswers ? readClasses() : pins.classes;
const observer = createObserver();
const judged = new Map<string, Judgement>();
const figures: Figures = new Map();
/** Objects that must be valid, by digest, each with a case that renders it. */
const sound = new Map<string, { object: ValueMap; from: string }>();
const variants = new Map(classes.map(({ release, same }) => [release, variantsOf(same)]));
let others = 0;
const wrong: string[] = [];
const unpinned: string[] = [];
let mixed = 0;

for (const [index, { release }] of classes.entries()) {
  const answers = hasAnswers ? readAnswers(release) : undefined;
  for (const [at, given] of cases.entries()) {
    const pin = pins.cases.get(given.id)?.[index];
    if (!isWhole && pin?.deviates === false && (at + index) % 2 > 0) continue;
    const outcome = observer.observe(given, release);
    const judgement = judge(given, release, outcome, pin, answers?.get(given.id));
    judged.set(`${given.id} ${release}`, judgement);
    count(figures, release, judgement);
    if (judgement.kind === 'deviates' || (judgement.kind === 'equal' && pin?.verdicts.length === 0)) {
      addSound(outcome, `${given.id} on ${release}`);
    }
    if (pin?.key !== outcomeKey(outcome) || pin.deviates !== (judgement.kind !== 'equal')) {
      unpinned.push(`${release} ${given.id}`);
    }
    if (given.id.startsWith('random-')) compareVariants(given, release, outcomeKey(outcome), mixed++);
  }
}

/**
 * The mixed cases on the other releases of the class, as far as glistio could treat them differently: each tests every
 * sixth, in turn, and all with GLISTIO_PARITY=all.
 */
function compareVariants(given: Case, release: string, key: string, turn: number): void {
  for (const [index, other] of (variants.get(release) ?? []).entries()) {
    if (other === release || (!isWhole && (turn + index) % 6 > 0)) continue;
    others++;
    if (outcomeKey(observer.observe(given, other)) !== key) wrong.push(`${other} ${given.id}: not as on ${release}`);
  }
}

/** If the output is equal and rejected, the values are at fault. */
function addSound(outcome: Outcome, from: string): void {
  if (outcome.kind === 'refused') return;
  for (const { digest, object } of outcome.objects) if (!sound.has(digest)) sound.set(digest, { object, from });
}

function judge(
  given: Case,
  release: string,
  outcome: Outcome,
  pin: Pin | undefined,
  answer: string | undefined,
): Judgement {
  let judgement: Judgement = { kind: 'wrong', message: 'nothing says what the chart gives' };
  if (answer !== undefined) judgement = judgeByAnswer(given.id, release, outcome, observer.read(answer, release), list);
  else if (pin !== undefined) judgement = judgeByPin(given.id, release, outcome, pin, list);
  if (judgement.kind === 'wrong' && wrong.push(`${release} ${given.id}: ${judgement.message}`) <= 5) {
    wrong.push(...(answer === undefined ? [] : explained(outcome, answer, release)));
  }
  return judgement;
}

function explained(outcome: Outcome, answer: string, release: string): string[] {
  if (outcome.kind === 'refused') return [];
  const { objects = [] } = JSON.parse(maskRelease(release)(answer)) as Answer;
  const ours = outcome.objects.map(({ object }) => object);
  return differences(objects, ours);
}

test(`every case gives what the chart gives (${hasAnswers ? 'recorded answers' : 'kept digests'})`, (context) => {
  for (const line of formatFigures(figures)) context.diagnostic(line);
  context.diagnostic(`${others} comparisons with other releases of the classes`);
  assert.equal(wrong.length, 0, `${wrong.length} differences:\n${wrong.slice(0, 40).join('\n')}`);
  const kinds = [...judged.values()].map(({ kind }) => kind);
  assert.ok(classes.length >= fewest.classes, `only ${classes.length} classes of releases were compared`);
  assert.ok(kinds.length >= fewest.cases, `only ${kinds.length} cases were compared`);
  const equal = kinds.filter((kind) => kind === 'equal').length;
  assert.ok(equal >= fewest.equal, `only ${equal} cases are equal`);
});

test('the kept cases and digests are those of what glistio gives', () => {
  assert.deepEqual(pins.classes, classes);
  assert.deepEqual(readKeptCases().map(essence), cases.map(essence));
  const first = unpinned.slice(0, 20).join('\n');
  assert.equal(
    unpinned.length,
    0,
    `${unpinned.length} differ; if right: node --import tsx scripts/oracle-record.ts\n${first}`,
  );
});

function essence({ id, files, release, namespace }: Case): Case {
  return { id, files, release, namespace };
}

test('every deviation still happens, in a recorded case or an example', () => {
  const seen = new Set([...judged.values()].flatMap((judgement) => ('entries' in judgement ? judgement.entries : [])));
  const gone = list.deviations.filter(({ id, examples }) => !seen.has(id) && examples.length === 0);
  assert.deepEqual(
    gone.map(({ id }) => id),
    [],
  );
});

test('every refusal is needed by each case and release that it names', () => {
  const needless: string[] = [];
  for (const { id, cases, covers } of list.refusals) {
    for (const name of cases.keys()) {
      for (const { release } of classes.filter((of) => covers(of.release))) {
        const judgement = judged.get(`${name} ${release}`);
        if (judgement === undefined || judgement.kind === 'equal') needless.push(`${id}: ${name} on ${release}`);
      }
    }
  }
  assert.deepEqual(needless.slice(0, 20), []);
});

test('every workload is one that Kubernetes decodes', (context) => {
  const workloads = [...sound.values()].filter(({ object }) => object['kind'] !== 'ConfigMap');
  context.diagnostic(`${workloads.length} distinct workloads`);
  const invalid = workloads.flatMap(({ object, from }) => kubernetesErrors(object).map((error) => `${from}: ${error}`));
  assert.deepEqual(invalid.slice(0, 20), []);
  assert.ok(workloads.length >= 2000, `only ${workloads.length} workloads were checked`);
});

test('every bootstrap is one that Envoy reads', (context) => {
  const bootstraps = [...sound.values()].flatMap(({ object: { kind, data }, from }) => {
    const config = kind === 'ConfigMap' && isMap(data) ? data['envoy.yaml'] : undefined;
    // What configMap.data has under this name is the user's own, and may be anything.
    return isMap(config) && 'layered_runtime' in config ? [{ config, from }] : [];
  });
  context.diagnostic(`${bootstraps.length} distinct bootstraps`);
  const invalid = bootstraps.flatMap(({ config, from }) => envoyErrors(config).map((error) => `${from}: ${error}`));
  assert.deepEqual(invalid.slice(0, 20), []);
  // The same messages, read by other code: glistio must not reject the fields and rules of a bootstrap that this
  // accepts.
  const refused = bootstraps.flatMap(({ config, from }) =>
    checkBootstrap(config)
      .filter(({ by }) => by !== 'server')
      .map(({ message }) => `${from}: ${message}`),
  );
  assert.deepEqual(refused.slice(0, 20), []);
  assert.ok(bootstraps.length >= 1000, `only ${bootstraps.length} bootstraps were checked`);
});

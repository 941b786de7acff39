import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateValues } from '../../src/verbs/validate.ts';
import { type Answer, hasAnswers, readAnswers, readCases, readClasses, verdictsOf } from '../parity/suite.ts';

// One class in fifteen: the parity tests go through all of them, and rules do not differ between most.
const classes = hasAnswers ? readClasses().filter((_, index) => index % 15 === 0) : [];

test('values that a cluster takes have no error', { skip: !hasAnswers }, () => {
  const cases = readCases();
  const wrong = classes.flatMap(({ release }) => {
    const answers = readAnswers(release);
    return cases.flatMap(({ id, files, namespace, release: releaseName }) => {
      const line = answers.get(id);
      if (line === undefined || verdictsOf(JSON.parse(line) as Answer).length > 0) return [];
      const values = files.map((text, index) => ({ name: `${index}.yaml`, text }));
      const { problems } = validateValues({ values, chartVersion: release, namespace, releaseName });
      const errors = problems.filter(({ severity }) => severity === 'error');
      return errors.map(({ code, path }) => `${release} ${id}: ${code} ${path}`);
    });
  });
  assert.deepEqual(wrong, []);
});

test('every recorded case is judged without a throw', () => {
  for (const { files } of readCases()) {
    const values = files.map((text, index) => ({ name: `${index}.yaml`, text }));
    for (const chartVersion of ['1.5.0', '1.22.1']) validateValues({ values, chartVersion, lint: true });
  }
});

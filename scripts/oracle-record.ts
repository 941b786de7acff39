/**
 * `node --import tsx scripts/oracle-record.ts` (development only): stores the recorded cases in the project, with
 * digests of glistio's output, so that a checkout without the recordings still proves parity. Run it when the
 * recordings or a deviation have changed; the result is correct only if the parity test passes.
 */
import { writeFileSync } from 'node:fs';
import { createObserver, outcomeKey } from '../test/parity/observe.ts';
import { formatPins, type Pin } from '../test/parity/pins.ts';
import {
  hasAnswers,
  keptCasesFile,
  packCases,
  pinsFile,
  readAnswers,
  readCases,
  readClasses,
} from '../test/parity/suite.ts';

if (!hasAnswers) throw new Error('the recorded answers are not beside the project');
const observer = createObserver();
const cases = readCases();
const classes = readClasses();
const pins = new Map<string, Pin[]>(cases.map(({ id }) => [id, []]));
for (const { release } of classes) {
  const answers = readAnswers(release);
  for (const given of cases) {
    const answer = answers.get(given.id);
    if (answer === undefined) throw new Error(`${given.id} was not recorded for ${release}`);
    const { verdicts, key: chartKey } = observer.read(answer, release);
    const key = outcomeKey(observer.observe(given, release));
    pins.get(given.id)?.push({ verdicts, deviates: key !== chartKey, key });
  }
}
writeFileSync(keptCasesFile, packCases(cases));
writeFileSync(pinsFile, formatPins({ classes, cases: pins }));

/**
 * `node --import tsx scripts/oracle-record-kube.ts` (development only): stores the recorded cases of Gloo's deployer in
 * the project, with a digest of glistio's output for each release. The result is correct only if
 * test/parity/kube.test.ts passes.
 */
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import {
  digestOfCases,
  hasKubeAnswers,
  kubeCasesFile,
  kubeDigestsFile,
  readKubeCases,
  readKubeClasses,
  renderCase,
} from '../test/parity/kube-suite.ts';

if (!hasKubeAnswers) throw new Error('the recorded answers are not beside the project');
const cases = readKubeCases();
writeFileSync(kubeCasesFile, gzipSync(cases.map((one) => `${JSON.stringify(one)}\n`).join(''), { level: 9 }));
const lines = readKubeClasses().map(
  ({ release }) => `${release} ${digestOfCases(cases.map((given) => renderCase(given, release)))}\n`,
);
writeFileSync(kubeDigestsFile, lines.join(''));

/**
 * `node --import tsx scripts/oracle-record-kube.ts` (development only): keeps the recorded cases of Gloo's deployer in the project, with
 * a digest for each release of what glistio makes of them. What it writes is right only where test/parity/kube.test.ts says so.
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

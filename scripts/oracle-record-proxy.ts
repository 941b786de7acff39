/**
 * `node --import tsx scripts/oracle-record-proxy.ts` (development only): stores the recorded cases of the proxies'
 * other objects in the project, with digests of glistio's output. The result is correct only if
 * test/parity/companions.test.ts and control-plane.test.ts pass.
 */
import { writeFileSync } from 'node:fs';
import {
  digestOfHalf,
  hasProxyAnswers,
  openCases,
  type ProxyHalf,
  proxyCasesFile,
  proxyDigestsFile,
  readProxyCases,
  readProxyReleases,
} from '../test/parity/proxy-suite.ts';
import { packCases } from '../test/parity/suite.ts';

if (!hasProxyAnswers) throw new Error('the recorded answers are not beside the project');
writeFileSync(proxyCasesFile, packCases(readProxyCases()));
const cases = openCases();
const linesOf = (half: ProxyHalf): string[] =>
  readProxyReleases(half)
    .filter((_, index) => index % 3 === 0)
    .map((release) => `${half} ${release} ${digestOfHalf(half, cases, release)}\n`);
writeFileSync(proxyDigestsFile, [...linesOf('proxy'), ...linesOf('mesh')].join(''));

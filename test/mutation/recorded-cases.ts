/** The recorded cases and digests, in a module that no source imports: it is run once, not for each mutant. */
import { existsSync, readFileSync } from 'node:fs';
import { parsePins } from '../parity/pins.ts';
import { openCases } from '../parity/proxy-suite.ts';
import { pinsFile, readKeptCases } from '../parity/suite.ts';

export const cases = readKeptCases();
export const { classes, cases: pins } = parsePins(readFileSync(pinsFile, 'utf8'));
export const companionCases = openCases();
export const companionsFile = '.cache/mutation/companions.json';
/** By release: a digest for each of the companions' cases, written by {@link file://./companions.ts}. */
export const companions: Readonly<Record<string, readonly string[]>> = existsSync(companionsFile)
  ? JSON.parse(readFileSync(companionsFile, 'utf8')).releases
  : {};

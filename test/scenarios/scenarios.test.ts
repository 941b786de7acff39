import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { run } from '../../src/cli/run.ts';
import { memoryIo } from '../support/memory-io.ts';
import { checkScenario, readScenario, sectionOf, sectionsOf } from '../support/scenario.ts';
import { readCommandLine } from '../support/shell-words.ts';

const folder = 'test/scenarios';

for (const name of readdirSync(folder)
  .filter((file) => file.endsWith('.scenario'))
  .sort()) {
  const scenario = readScenario(`${folder}/${name}`);
  test(`${name}: ${(sectionOf(scenario, 'title') ?? '').trim()}`, async () => {
    const { env, argv } = readCommandLine(sectionOf(scenario, 'command') ?? '');
    const io = memoryIo({ env, files: sectionsOf(scenario, 'file'), stdin: sectionOf(scenario, 'stdin') ?? '' });
    const status = await run(argv, io);
    checkScenario(scenario, { status, ...io.printed, readWritten: (path) => io.files.get(path) });
  });
}

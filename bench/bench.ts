/**
 * `npm run bench [-- --json] [-- --runs 25] [-- --chart DIR]`: how fast the built library renders, and what a run of the
 * command costs next to a bare `node -e 0` (and to `helm template` of an unpacked chart, where `helm` is on PATH).
 */
import { parseArgs } from 'node:util';
import { type CommandFigures, measureCommands } from './commands.ts';
import { type LibraryFigures, measureLibrary } from './library.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    runs: { type: 'string', default: '25' },
    chart: { type: 'string' },
  },
});

const library = await measureLibrary();
const commands = measureCommands(Number(values.runs), values.chart);
if (values.json) console.log(JSON.stringify({ node: process.version, library, commands }, null, 2));
else printTables(library, commands);

function printTables(rows: readonly LibraryFigures[], runs: readonly CommandFigures[]): void {
  console.log(`node ${process.version}\n\nLibrary: values text to manifest text`);
  console.table(
    rows.map((row) => ({ case: row.name, 'renders/s': row.rendersPerSecond, 'median µs': row.medianMicroseconds })),
  );
  console.log(`Command: medians of ${values.runs} runs, taken in turns`);
  console.table(
    runs.map((run) => ({
      command: run.name,
      'wall ms': run.wall,
      'CPU ms': run.cpu,
      'wall ×': run.wallRatio,
      'CPU ×': run.cpuRatio,
    })),
  );
}

/**
 * `npm run bench [-- --chart PACKAGE] [--helm PATH] [--whole FOLDER] [--executable FILE] [--node FILE]… [--dyff FILE]
 * [--kubeconform FILE] [--only library,command,tools,fleet] [--runs 31] [--seconds 1] [--largest] [--json]`: measures
 * the built library, command and fleet, compared with bare Node and, given a package of Gloo's chart, real Helm. Ratios
 * are from one run on one machine; docs/performance.md has figures and explains how to read them.
 */
import { spawnSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { measureCommands } from './command.ts';
import { fleetSizes, largestFleet, measureFleets } from './fleet.ts';
import { type LibraryFigures, measureLibrary } from './library.ts';
import { findPeers } from './peers.ts';
import { printCommands, printFleets, printLibrary, printTools } from './tables.ts';
import { measureTools } from './tools.ts';

const { values } = parseArgs({
  options: {
    chart: { type: 'string' },
    'chart-version': { type: 'string' },
    helm: { type: 'string' },
    whole: { type: 'string' },
    executable: { type: 'string' },
    node: { type: 'string', multiple: true },
    dyff: { type: 'string' },
    kubeconform: { type: 'string' },
    only: { type: 'string', default: 'library,command,tools,fleet' },
    runs: { type: 'string', default: '31' },
    seconds: { type: 'string', default: '1' },
    largest: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const only = values.only.split(',');
const found = findPeers(values.chart, values.helm);
const peers = { ...found, chartVersion: found.chartVersion ?? values['chart-version'] };
try {
  const say = values.json ? console.error : console.log;
  const machine = { node: process.version, cores: cpus().length, cpu: cpus()[0]?.model, memory: totalmem() };
  say(`Node ${machine.node}, ${machine.cores} cores, ${machine.cpu}`);
  for (const text of peers.missing) say(`left out: ${text}`);
  const library = only.includes('library') ? await measureLibrary(peers, Number(values.seconds)) : [];
  if (!values.json) printLibrary(library);
  const otherLibraries = only.includes('library') ? (values.node ?? []).map(libraryOn) : [];
  if (!values.json) for (const { node, rows } of otherLibraries) printLibrary(rows, node);
  const commands = only.includes('command') ? measureCommands(peers, Number(values.runs), values) : [];
  if (!values.json) printCommands(commands);
  const tools = only.includes('tools') ? measureTools(values, Number(values.runs)) : [];
  if (!values.json) printTools(tools);
  const sizes = [...fleetSizes, ...(values.largest ? [largestFleet] : [])];
  const fleets = only.includes('fleet')
    ? measureFleets({ sizes, helm: helmForFleets(), executable: values.executable })
    : [];
  if (!values.json) printFleets(fleets);
  if (values.json)
    console.log(
      JSON.stringify({ machine, missing: peers.missing, library, otherLibraries, commands, tools, fleets }, null, 2),
    );
} finally {
  peers.close();
}

/** The same measurements of the library in another Node, without Helm. */
function libraryOn(program: string): { node: string; rows: LibraryFigures[] } {
  const release = peers.chartVersion === undefined ? [] : ['--chart-version', peers.chartVersion];
  const args = ['--import', 'tsx', 'bench/bench.ts', '--only', 'library', '--json', '--seconds', values.seconds];
  const { status, stdout, stderr } = spawnSync(program, [...args, ...release], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`could not measure ${program}: ${stderr}`);
  const { machine, library } = JSON.parse(stdout) as { machine: { node: string }; library: LibraryFigures[] };
  return { node: machine.node, rows: library };
}

function helmForFleets(): { command: string; chart: string } | undefined {
  const chart = values.whole ?? peers.chart;
  return peers.helm === undefined || chart === undefined ? undefined : { command: peers.helm, chart };
}

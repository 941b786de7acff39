/**
 * `diff` compared with dyff and `validate` with kubeconform, on the manifests of one proxy and of many: start-up and
 * work are reported separately.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureTurns, type Sample } from './command.ts';
import { type Spread, spreadOf } from './statistics.ts';

export interface ToolFigures {
  readonly name: string;
  /** CPU for the objects of one proxy and of {@link manyProxies}, in milliseconds. */
  readonly one: Spread;
  readonly many: Spread;
}

export const manyProxies = 100;

/** Other programs; those that are not given are not measured. */
interface Tools {
  readonly dyff?: string | undefined;
  readonly kubeconform?: string | undefined;
  readonly executable?: string | undefined;
}

export function measureTools({ dyff, kubeconform, executable }: Tools, runs: number): ToolFigures[] {
  const folder = mkdtempSync(join(tmpdir(), 'glistio-tools-'));
  try {
    const schemas = kubeconform === undefined ? undefined : writeSchemas(folder);
    const works = Object.fromEntries(
      [1, manyProxies].map((count) => {
        const [before, after] = ['1.21.11', '1.22.1'].map((version) => renderTo(folder, count, version));
        const glistio: [string, string][] = [['glistio', `"${process.execPath}" dist/cli.cjs`]];
        if (executable !== undefined) glistio.push(['executable', executable]);
        const commands = glistio.flatMap(([name, program]): [string, string][] => [
          [`${name} diff`, `${program} diff ${before} ${after}`],
          [`${name} validate`, `${program} validate ${after}`],
        ]);
        if (dyff !== undefined) commands.push(['dyff between', `${dyff} between ${before} ${after}`]);
        if (kubeconform !== undefined)
          commands.push([
            'kubeconform',
            `${kubeconform} -ignore-missing-schemas -schema-location ${schemas}/{{.ResourceKind}}.json ${after}`,
          ]);
        return [count, commands];
      }),
    );
    const named = Object.entries(works).flatMap(([count, commands]) =>
      commands.map(([name, command]): [string, string] => [`${name} ${count}`, command]),
    );
    const turns = measureTurns(Object.fromEntries(named), runs);
    const spread = (name: string): Spread => spreadOf(turns.map((turn) => (turn[name] as Sample).cpu));
    return (works[1] ?? []).map(([name]) => ({
      name,
      one: spread(`${name} 1`),
      many: spread(`${name} ${manyProxies}`),
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** All objects of this many proxies of a release, in a file. */
function renderTo(folder: string, count: number, version: string): string {
  const values = join(folder, `values-${count}.yaml`);
  // In addition to the default one, from which they inherit the rest.
  const others = Array.from(
    { length: count - 1 },
    (_, index) => `  proxy-${index}: {podTemplate: {httpPort: ${8000 + index}}}\n`,
  );
  writeFileSync(values, `gatewayProxies:\n  gatewayProxy: {}\n${others.join('')}`);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['dist/cli.cjs', 'render', '-f', values, '--chart-version', version],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  if (status !== 0) throw new Error(`could not render ${count} proxies: ${stderr}`);
  const path = join(folder, `${version}-${count}.yaml`);
  writeFileSync(path, stdout);
  return path;
}

/** Schemas for kubeconform; those of kinds that are not Kubernetes' own are missing. */
function writeSchemas(folder: string): string {
  const { definitions } = JSON.parse(readFileSync('schema/kubernetes.json', 'utf8')) as {
    readonly definitions: object;
  };
  const schemas = join(folder, 'schemas');
  mkdirSync(schemas);
  for (const kind of ['ConfigMap', 'DaemonSet', 'Deployment'])
    writeFileSync(
      join(schemas, `${kind.toLowerCase()}.json`),
      JSON.stringify({ $ref: `#/definitions/${kind}`, definitions }),
    );
  return schemas;
}

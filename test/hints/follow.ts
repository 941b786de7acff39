/** Follows hints literally: changes the input as a user who reads one would. A new hint needs an entry here. */
import { readLayers } from '../../src/helm/layers.ts';
import { renderGatewayProxies, type ValidateOptions, validateValues } from '../../src/index.ts';
import { type Path, type Problem, parsePath } from '../../src/problem.ts';
import { fieldsAt, takenType } from '../../src/schema/fields-at.ts';
import { isList, isMap, mapOf, type OpenMap, setEntry, type Value, type ValueMap, valueAt } from '../../src/value.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { readCommandLine } from '../support/shell-words.ts';
import { setOptions } from './corpus.ts';

/** A hint and the user's input. */
interface Reader {
  readonly options: ValidateOptions;
  readonly problem: Problem;
  readonly path: Path;
  readonly values: ValueMap;
}

export type Followed = ValidateOptions;

/** The result of each alternative that a hint offers; undefined for a hint that cannot be followed. */
export function follow(options: ValidateOptions, problem: Problem): readonly Followed[] | undefined {
  const [first = '', rest] = (problem.hint ?? '').split(/ Then: /);
  if (rest === undefined) return followOne(options, problem);
  return followOne(options, { ...problem, hint: first })?.map((way) => {
    const isAsked = ({ hint = '-', message }: Problem): boolean => rest.includes(hint) || rest.includes(message);
    return validateValues(way)
      .problems.filter(isAsked)
      .reduce((now, one) => followOne(now, one)?.at(-1) ?? now, way);
  });
}

/** The same for a hint about a Kubernetes object: the object in each of its new forms. */
export function followInObject(object: ValueMap, problem: Problem): readonly ValueMap[] | undefined {
  const ways = followOne({}, problem, object);
  return ways?.map(({ values }) => ([values].flat() as ValueMap[])[0] ?? {});
}

function followOne(
  options: ValidateOptions,
  problem: Problem,
  values = givenValues(options),
): readonly Followed[] | undefined {
  const path = parsePath(problem.path ?? '');
  for (const [pattern, ways] of table) {
    const match = pattern.exec(problem.hint ?? '');
    if (match !== null) return ways({ options, problem, path, values }, ...match.slice(1));
  }
  return undefined;
}

/** All values merged into one map. */
export function givenValues(options: ValidateOptions): ValueMap {
  // Test options are as strict as those of the layers.
  return readLayers(options as Parameters<typeof readLayers>[0]).values;
}

/** The same request with other values. */
export function withValues(options: ValidateOptions, values: ValueMap): ValidateOptions {
  const { set: _, setString: __, setJson: ___, setLiteral: ____, ...rest } = options;
  return { ...rest, values: [values] as never };
}

/** The values with another one at a path; undefined removes it. */
function put(values: ValueMap, path: Path, value: Value | undefined): ValueMap {
  const copy = structuredClone(values) as OpenMap;
  let at: Value = copy;
  for (const [depth, step] of path.entries()) {
    if (depth === path.length - 1) {
      if (isList(at)) (at as Value[]).splice(Number(step), 1, ...(value === undefined ? [] : [value]));
      else if (value === undefined) delete (at as OpenMap)[String(step)];
      else setEntry(at as OpenMap, String(step), value);
      break;
    }
    const inner: Value | undefined = valueAt(at, step);
    if (!isMap(inner) && !isList(inner)) {
      if (value === undefined) return copy;
      setEntry(at as OpenMap, String(step), {});
    }
    at = valueAt(at, step) as Value;
  }
  return copy;
}

type Ways = (reader: Reader, ...words: string[]) => readonly Followed[] | undefined;

const yaml = (text: string): Value => readYaml({ name: 'hint', text }).value;
const by = ({ options, values }: Reader, ...changes: readonly (readonly [Path, Value | undefined])[]): Followed[] => [
  withValues(
    options,
    changes.reduce((all, [path, value]) => put(all, path, value), values),
  ),
];
const set = (reader: Reader, path: Path, value: Value | undefined): Followed[] => by(reader, [path, value]);
const remove: Ways = (reader) => set(reader, reader.path, undefined);
const removed = (reader: Reader): Followed[] => set(reader, reader.path, undefined);
const inRelease = ({ options }: Reader, chartVersion: string): Followed[] => [{ ...options, chartVersion }];

/** A path in a hint: absolute, or relative to the problem's proxy, container or map. */
function pathOf({ path, values }: Reader, text: string): Path {
  const steps = parsePath(text);
  if (['global', 'gatewayProxies', 'settings', 'namespace'].includes(String(steps[0]))) return steps;
  const own = proxyOf(path);
  if (
    [
      'kind',
      'podTemplate',
      'service',
      'antiAffinity',
      'topologySpreadConstraints',
      'extraVolumes',
      'kubeResourceOverride',
      'gatewaySettings',
      'disabled',
    ].includes(String(steps[0]))
  )
    return [...own, ...steps];
  const last = path.lastIndexOf(steps[0] ?? '');
  if (last >= 0) return [...path.slice(0, last), ...steps];
  return isMap(valueAt(values, ...path)) ? [...path, ...steps] : [...path.slice(0, -1), ...steps];
}

/** The list of an override, behind the items that the chart prints without it. */
function repeated(reader: Reader): Followed[] {
  const { path, values, options } = reader;
  const at = path.indexOf('kubeResourceOverride');
  const { objects: _, ...rest } = withValues(options, put(values, path.slice(0, at + 1), undefined));
  const { manifests } = renderGatewayProxies(rest);
  const lists = manifests.map(({ object }) => valueAt(object, ...path.slice(at + 1)));
  const own = valueAt(values, ...path);
  return set(reader, path, [...(lists.find(isList) ?? []), ...(isList(own) ? own : [])]);
}

function proxyOf(path: Path): Path {
  return path[0] === 'gatewayProxies' && path.length > 1 ? path.slice(0, 2) : ['gatewayProxies', 'gatewayProxy'];
}

/** The list of containers in a path, and the position in it. */
function containerOf({ path, values }: Reader): Path | undefined {
  const at = path.findIndex((step) =>
    ['customSidecars', 'extraContainers', 'extraInitContainers', 'containers', 'initContainers'].includes(String(step)),
  );
  const own = at < 0 ? undefined : path.slice(0, at + 2);
  return own !== undefined && isMap(valueAt(values, ...own)) ? own : undefined;
}

function add(reader: Reader, list: Path, item: Value): readonly [Path, Value] {
  const known = valueAt(reader.values, ...list);
  return [list, [...(isList(known) ? known : []), item]];
}

/** Replaces the option that the problem is about with the hint's option. */
const option: Ways = ({ options, problem }, text = '') => {
  const given = { ...options } as Record<string, unknown>;
  // An option for another path is added.
  const isOther = (problem.hint ?? '').startsWith('Use ') && !text.includes(`${problem.path}=`);
  for (const name of isOther ? [] : Object.values(setOptions)) {
    const list = given[name] as string[] | undefined;
    given[name] = list?.filter((one) => !(problem.file ?? '').includes(one.slice(0, 70)));
  }
  const { argv } = readCommandLine(`glistio ${text}`);
  for (let at = 0; at < argv.length; at += 2) {
    const name = setOptions[argv[at] as keyof typeof setOptions];
    if (name === undefined) return undefined;
    given[name] = [...((given[name] as string[] | undefined) ?? []), argv[at + 1]];
  }
  return [given as ValidateOptions];
};

/** Replaces the text at the problem's place. */
const rewrite =
  (change: (token: string, line: string) => string): Ways =>
  ({ options, problem }) => {
    const values = ([options.values ?? []].flat() as { name: string; text: string }[]).map((source) => {
      if (source.name !== problem.file) return source;
      const lines = source.text.split('\n');
      const line = lines[(problem.line ?? 1) - 1] ?? '';
      const [from, to] = [(problem.column ?? 1) - 1, (problem.endColumn ?? line.length + 1) - 1];
      lines[(problem.line ?? 1) - 1] = line.slice(0, from) + change(line.slice(from, to), line) + line.slice(to);
      return { ...source, text: lines.join('\n') };
    });
    return [{ ...options, values: values as never }];
  };

const mounted = (reader: Reader, volume: string, mountPath: string): Followed[] | undefined => {
  const container = containerOf(reader);
  if (container === undefined) return undefined;
  const list = [...container, 'volumeMounts'];
  const known = valueAt(reader.values, ...list);
  const others = (isList(known) ? known : []).filter((one) => valueAt(one, 'mountPath') !== mountPath);
  return set(reader, list, [...others, { name: volume, mountPath }]);
};

const withVariable = (reader: Reader, name: string, value: string): readonly [Path, Value] | undefined => {
  const container = containerOf(reader);
  if (container === undefined) return undefined;
  const known = valueAt(reader.values, ...container, 'env');
  const others = (isList(known) ? known : []).filter((one) => valueAt(one, 'name') !== name);
  return [
    [...container, 'env'],
    [...others, { name, value }],
  ];
};

/** How each hint is followed, by its wording; the first match applies. */
const table: readonly (readonly [RegExp, Ways])[] = [
  [
    /^Remove it, and write variant: (\S+) for variant: distroless(?:, and (\w+) for (\w+))?\.$/,
    (reader, variant, digest = '', old = '') => {
      const around = reader.path.slice(0, -1);
      const renamed = [
        [[...around, digest], valueAt(reader.values, ...around, old)],
        [[...around, old], undefined],
      ] as const;
      return by(reader, [reader.path, undefined], [[...around, 'variant'], variant], ...(digest === '' ? [] : renamed));
    },
  ],
  // Types.
  [/^Write it as a map\.$/, (reader) => set(reader, reader.path, {})],
  [
    /^Write the fields below /,
    (reader) => set(reader, reader.path, yaml(String(valueAt(reader.values, ...reader.path) ?? ''))),
  ],
  [/^Write it as a (?:map|list): (?:[\w./-]+: )?(.*)\.$/s, (reader, text) => set(reader, reader.path, yaml(text))],
  [
    /^Write repository: (\S+), and beside it (tag|digest): "?(.*?)"?\.$/,
    (reader, repository, part, text) =>
      by(reader, [[...reader.path, 'repository'], repository ?? ''], [[...reader.path, part ?? ''], text ?? '']),
  ],
  [
    /^Write gatewayProxy: \{disabled: true\}, and disabled: false on every other proxy\.$/,
    (reader) =>
      by(
        reader,
        ...proxiesOf(reader).map((path) =>
          path.at(-1) === 'gatewayProxy'
            ? ([path, { disabled: true }] as const)
            : ([[...path, 'disabled'], false] as const),
        ),
      ),
  ],
  // How the value was given.
  [/(?:: |Use |^use )(--set(?:-\w+)? .+?)\.?$/s, option],
  [/^Give it podTemplate/, () => undefined],
  [
    /^Write (podTemplate\.image|configMap): \{\}, or leave the proxy out\./,
    (reader, path) => [...set(reader, [...reader.path, ...parsePath(path)], {}), ...removed(reader)],
  ],
  [
    /^(?:Write|Leave it out, or write) (?:[\w./-]+|"[^"]*"): (.*?) for what arrives, or (?:[\w./-]+|"[^"]*"): (.*) for what was written\.$/s,
    (reader, one, other) => [one, other].flatMap((text) => set(reader, reader.path, yaml(text ?? ''))),
  ],
  [/^Write (?:[\w./-]+|"[^"]*"): (.*) for what arrives\.$/s, (reader, text) => set(reader, reader.path, yaml(text))],
  [
    /^Remove it, or write (?:[\w./-]+|"[^"]*"): (.*) for what was written\.$/s,
    (reader, text) => [...removed(reader), ...set(reader, reader.path, yaml(text))],
  ],
  [
    /^Write ((?:gatewayProxies|global|gateway)\.[\w.]+): (.*) instead\.(?: The chart has it in >?=?([\w.-]*\w))?/s,
    (reader, path, text, release) =>
      by(reader, [reader.path, undefined], [parsePath(path ?? ''), yaml(text ?? '')]).map((one) => ({
        ...one,
        ...(release !== undefined && { chartVersion: release }),
      })),
  ],
  [/^Write (--set.*) instead\.$/s, option],
  [/^The chart has \S+ for it, which takes /, remove],
  [/^Remove this line, or use helm get values/, remove],
  [
    /^Remove this line, and the indentation below it/,
    (reader) =>
      by(
        reader,
        [reader.path, undefined],
        ...Object.entries(mapOf(valueAt(reader.values, ...reader.path))).map(([key, value]) => [[key], value] as const),
      ),
  ],
  [/^Remove it: (?:\S+ is set, too|no release reads it|\S+ has no such switch, and applies without one)\.$/, remove],
  [
    /^Remove it, or set restartPolicy: Always\.$/,
    (reader) => [...removed(reader), ...set(reader, [...reader.path.slice(0, -1), 'restartPolicy'], 'Always')],
  ],
  [
    /^Remove it, or set ([\w.]+): (\w+)(?: and ([\w.]+): (\w+))?\.$/,
    (reader, path, value, other, its) => [
      ...removed(reader),
      ...by(
        reader,
        [pathOf(reader, path ?? ''), yaml(value ?? '')],
        ...(other === undefined ? [] : [[pathOf(reader, other), yaml(its ?? '')] as const]),
      ),
    ],
  ],
  [
    /^(?:Set|Write) (\w+): (\w+) (?:instead|in its place)(?:, or run (\d+) pods or more)?\.$/,
    (reader, key, value, pods) => [
      ...by(reader, [reader.path, undefined], [[...reader.path.slice(0, -1), key ?? ''], yaml(value ?? '')]),
      ...(pods === undefined ? [] : set(reader, podCountOf(reader), Number(pods))),
    ],
  ],
  [
    /^Write (no-merge) to replace .*, or (helm-merge) to keep/,
    (reader, one, other) => [one, other].flatMap((text) => set(reader, reader.path, text ?? '')),
  ],
  [/^Write the key as (".*")\.$/, (reader, text) => moved(reader, String(yaml(text)))],
  [
    /^Write it as a block of text: key: \|$/,
    (reader) => set(reader, reader.path, JSON.stringify(valueAt(reader.values, ...reader.path))),
  ],
  [/^Write digest: (\S+)\.$/, (reader, text) => set(reader, reader.path, text)],
  [/^Write it as (\{"discoveryAddress": .*\})\.$/, (reader, text) => variable(reader, 'PROXY_CONFIG', text)],
  [/^Write it as registry\/repository:tag/, image],
  [
    /^Write a number without quotes\.$/,
    (reader) => set(reader, reader.path, wholeOf(valueAt(reader.values, ...reader.path))),
  ],
  [
    /^Write true or false without quotes\.$/,
    (reader) => set(reader, reader.path, valueAt(reader.values, ...reader.path) === 'true'),
  ],
  [/^Write the value itself, or have it filled in/, filledIn],
  [
    /^Decrypt the file before Helm reads it/,
    (reader) => filledIn({ ...reader, values: put(reader.values, ['sops'], undefined) }),
  ],
  [
    /^Write transport_socket instead\.$/,
    (reader) => by(reader, [reader.path, undefined], [[...reader.path.slice(0, -1), 'transport_socket'], tlsSocket]),
  ],
  [
    /^(?:Quote it|Give it as a \w+|Put quotes into the value|The chart passes it on as it is, so give it as a \w+|(?:Leave it out, or w|W)rite):? (?:(?:[\w./-]+|"[^"]*"): )?((?:"|').*|[^:]*|\{.*\})\.(?: The chart of .*)?$/s,
    (reader, text) => set(reader, reader.path, yaml(text)),
  ],
  [
    /^(?:Quote it|Put quotes into the value)\.$/,
    (reader) => set(reader, reader.path, JSON.stringify(valueAt(reader.values, ...reader.path))),
  ],
  // Another place.
  [
    /^Did you mean (\S+)\? The chart has it in >?=?([\w.-]*\w)/,
    (reader, text, release) => moved(reader, text).map((one) => ({ ...one, chartVersion: release ?? '' })),
  ],
  [
    /^Did you mean (\S+)\?$/,
    (reader, text) =>
      reader.problem.code === 'unknown-choice'
        ? set(reader, reader.path, text)
        : reader.path.includes('data')
          ? inFile(reader, text)
          : moved(reader, text),
  ],
  [
    /^Use ((?:global|gatewayProxies|settings|gateway|gloo|kubeGateway)\.\S+?)(?:, which .*)?\.$/,
    (reader, text) => moved(reader, text),
  ],
  [
    /^It is in >?=?<?([\w.-]*\w)/,
    (reader, release) => inRelease(reader, reader.problem.hint?.startsWith('It is in <') ? '1.5.0' : release),
  ],
  [/^Its successor is (\S+)\.$/, remove],
  [/^Move it to (\S+)\.$/, (reader, text) => moved(reader, text)],
  // Another release.
  [
    /^(?:Change it on gatewayProxy.*, or use|Set global\.istioSDS\.enabled: true as well, or use|Remove the security context of sds and set the pod’s .*, or use|Use) (?:[\d.]+, )?(\d[\w.-]+) or newer\.$/,
    (reader, release) => [...other(reader), ...inRelease(reader, release)],
  ],
  [
    /^(?:Leave (\S+) out|Leave the override out|Leave the disabled proxy out|Add the pull secret to the service account|Leave floatingUserId out and set runAsUser).* The chart of (\S+) fixes this\.$/,
    (reader, what, release) => [...leftOut(reader, what), ...inRelease(reader, release ?? '')],
  ],
  [
    /^Set bufferFactoryConfig: (\{.*?\})\. The chart of (\S+) fixes this\.$/,
    (reader, text, release) => [
      ...set(reader, [...reader.path, 'bufferFactoryConfig'], yaml(text)),
      ...inRelease(reader, release ?? ''),
    ],
  ],
  [
    /^(?:Allow it on the nodes .*, or remove it|Remove it, and set it on the node)\.$/,
    (reader) => set(reader, reader.path.slice(0, -1), undefined),
  ],
  // What to remove.
  [
    /^Remove that override\.$/,
    (reader) => set(reader, [...reader.path, 'kubeResourceOverride', 'metadata', 'name'], undefined),
  ],
  [/^Remove it: a proxy is there unless disabled is true\.$/, remove],
  [
    /^Remove it, and set ([\w.]+): (.*?)(?: on the proxy)?\.(?: Do not label .*)?$/,
    (reader, path, value) => by(reader, [reader.path, undefined], [pathOf(reader, path), yaml(value ?? '')]),
  ],
  [
    /^Remove it and label the namespace yourself \(kubectl label namespace \S+ \S+\), or set ([\w.]+): true/,
    (reader, path) => [...removed(reader), ...set(reader, pathOf(reader, path), true)],
  ],
  [
    /^Remove it, or set one of (\w+), /,
    (reader, first) => [...removed(reader), ...set(reader, [...reader.path.slice(0, -1), first ?? ''], true)],
  ],
  [/^Remove global\.istioSDS\.enabled; its customSidecars keep working\.$/, remove],
  [
    /^(?:Remove it to use the chart’s, or give it another name|Give one of them another name|Give this one another name|Rename one of them|.* is the chart’s own container; choose another name)\.$/,
    (reader) => set(reader, reader.path, 'another'),
  ],
  [
    /^(?:Remove this one|Mount it \(the proxy: extraProxyVolumeMounts\) or remove it)\.$/,
    (reader) => set(reader, reader.path.slice(0, -1), undefined),
  ],
  [/^Remove them\.$/, (reader) => set(reader, reader.path, ['proxy', 'sidecar'])],
  [
    /^(?:Remove it\.|Remove it, |Remove it: the proxy is a Deployment|Leave gatewayProxies out |Remove privileged|It knows )/,
    remove,
  ],
  [
    /^Leave it out, or set disabled: true\.$/,
    (reader) => [...removed(reader), ...set(reader, reader.path, { disabled: true })],
  ],
  [/^Leave it out(?:, or write|\.$)/, remove],
  [
    /^Give it another number and name\.$/,
    (reader) => {
      const now = valueAt(reader.values, ...reader.path);
      return set(reader, reader.path, isMap(now) ? { ...now, name: 'another', port: 31999 } : 31999);
    },
  ],
  [
    /^Remove the node port, or set type: NodePort\.$/,
    (reader) => [...removed(reader), ...set(reader, [...reader.path.slice(0, 2), 'service', 'type'], 'NodePort')],
  ],
  [
    /^Set type: LoadBalancer, NodePort or ClusterIP\.$/,
    (reader) => ['LoadBalancer', 'NodePort', 'ClusterIP'].flatMap((type) => set(reader, reader.path, type)),
  ],
  [
    /^Start from what `glistio render` prints without configMap\.data\.$|^Copy (?:the cluster|node, dynamic_resources and the clusters that they name|node) from what `glistio render` prints without this envoy\.yaml\.$|^Add envoy\.yaml, starting from the one that `glistio render` prints without this\.$/,
    (reader) => set(reader, reader.path.slice(0, reader.path.indexOf('data')), undefined),
  ],
  [
    /^Add a file of one line whose name sorts behind it\.$/,
    (reader) => set(reader, [...reader.path.slice(0, -1), 'zzz'], 'x'),
  ],
  // Containers and volumes.
  [
    /^In one of them set OUTPUT_CERTS to (\S+) and mount the volume (\S+) there\.$/,
    (reader, folder, volume) => {
      const agents = [...(reader.path.length === 0 ? containersOfPod : reader.path)];
      const first = { ...reader, path: [...agents, reader.path.length === 0 ? 2 : 0] };
      return both(first, mounted(first, volume ?? '', folder ?? ''), 'OUTPUT_CERTS', folder ?? '');
    },
  ],
  [
    /^Set OUTPUT_CERTS to (\S+) and mount the volume (\S+) there\.$/,
    (reader, folder, volume) => both(reader, mounted(reader, volume ?? '', folder ?? ''), 'OUTPUT_CERTS', folder ?? ''),
  ],
  [
    /^Set JWT_POLICY to (\S+) and mount the volume (\S+) at (\S+)\.$/,
    (reader, policy, volume, folder) =>
      both(reader, mounted(reader, volume ?? '', folder ?? ''), 'JWT_POLICY', policy ?? ''),
  ],
  [/^Set ISTIO_META_CLUSTER_ID to/, (reader) => variable(reader, 'ISTIO_META_CLUSTER_ID', 'Kubernetes')],
  [
    /^Set the variable PROXY_CONFIG to (.*), and CA_ADDR to (\S+)\.$/,
    (reader, config, signing) => {
      const [one] = variable(reader, 'PROXY_CONFIG', config) ?? [];
      const values = ([one?.values].flat() as ValueMap[])[0] ?? {};
      return variable({ ...reader, values }, 'CA_ADDR', signing);
    },
  ],
  [/^Set the variable (\w+) to (.*)\.$/, (reader, name, value) => variable(reader, name, value)],
  [/^Set it to (third-party-jwt)\.$/, (reader, policy) => variable(reader, 'JWT_POLICY', policy)],
  [
    /^Mount the volume (\S+) at (\S+?)\.(?: On a cluster .*)?$/,
    (reader, volume, folder) => mounted(reader, volume, folder ?? ''),
  ],
  [/^Add an emptyDir under extraVolumes and mount it at (\S+)\.$/, (reader, folder) => mountedEmpty(reader, folder)],
  [
    /^Remove the mount, or set JWT_POLICY to (\S+)\.$/,
    (reader, policy) => [...removed(reader), ...(variable(reader, 'JWT_POLICY', policy) ?? [])],
  ],
  [
    /^Add (\S+) to extraVolumes(?:, or mount one of (\S+?)[,.]|\.)/,
    (reader, name, other) => [
      ...by(reader, add(reader, [...proxyOf(reader.path), 'extraVolumes'], { name, emptyDir: {} })),
      ...(other === undefined ? [] : set(reader, reader.path, other)),
    ],
  ],
  [/^Choose another path for one of them\.$/, (reader) => set(reader, reader.path, '/somewhere/else')],
  [
    /^Use another kind of volume\.$/,
    (reader) => by(reader, [reader.path, undefined], [[...reader.path.slice(0, -1), 'emptyDir'], {}]),
  ],
  [
    /^Use serviceAccountToken: (\{.*\}), or the chart’s/,
    (reader, text) => set(reader, [...reader.path, 'projected', 'sources'], [{ serviceAccountToken: yaml(text) }]),
  ],
  [
    /^Use valueFrom: \{secretKeyRef: …\}\.$/,
    (reader) =>
      set(reader, reader.path.slice(0, -1), {
        name: String(valueAt(reader.values, ...reader.path.slice(0, -1), 'name')),
        valueFrom: { secretKeyRef: { name: 'own', key: 'value' } },
      }),
  ],
  [
    /^Use docker\.io\/istio\/proxyv2 in the version of your mesh/,
    (reader) => set(reader, reader.path, 'docker.io/istio/proxyv2:1.22.3'),
  ],
  [/^Use (istiod\.istio-system\.svc:15012), or istiod-/, address],
  [/^Set both to the same istiod/, address],
  [/^For another mesh write the sidecar under (\S+), with the image of that version\.$/, () => []],
  [/^Give it a key\.$/, (reader) => set(reader, [...reader.path.slice(0, -1), 'key'], 'pool')],
  [
    /^Give it a (\w+)\.$/,
    (reader, probe) =>
      containerOf(reader) === undefined
        ? []
        : set(reader, [...(containerOf(reader) ?? []), probe], { exec: { command: ['true'] } }),
  ],
  [/^Set (.*) in its security context\.$/, (reader, text) => security(reader, text)],
  [
    /^Set kind\.deployment: null\.$/,
    (reader) => {
      const name = /^(\S+) stays/.exec(reader.problem.message)?.[1] ?? 'gateway-proxy';
      return set(
        reader,
        ['gatewayProxies', name === 'gateway-proxy' ? 'gatewayProxy' : name, 'kind', 'deployment'],
        null,
      );
    },
  ],
  // Values by name.
  [
    /^Set kind\.deployment\.replicas to 3 or more\.$/,
    (reader) => set(reader, pathOf(reader, 'kind.deployment.replicas'), 3),
  ],
  [
    /^Set kind\.deployment\.replicas, or kind\.deployment: null/,
    (reader) => [
      ...set(reader, pathOf(reader, 'kind.deployment.replicas'), 2),
      ...set(reader, pathOf(reader, 'kind.deployment'), null),
    ],
  ],
  [
    /^Set kind\.deployment, or kind\.daemonSet with kind\.deployment: null\.$/,
    (reader) => [
      ...set(reader, pathOf(reader, 'kind.deployment'), { replicas: 2 }),
      ...by(reader, [pathOf(reader, 'kind'), { deployment: null, daemonSet: { hostPort: false } }]),
    ],
  ],
  [/^Set (global\S+) to the version of your mesh\.$/, (reader, path) => set(reader, parsePath(path), '1.23.0')],
  [
    /^Set antiAffinity: true, or topologySpreadConstraints\.$/,
    (reader) => set(reader, pathOf(reader, 'antiAffinity'), true),
  ],
  [/^Set a tag, or a digest\.$/, tagged],
  [/^Set tag\.$/, (reader) => set(reader, reader.path, '1.2.3')],
  [
    /^Set registry here or in global\.image\.$/,
    (reader) => [
      ...set(reader, reader.path, 'quay.io/solo-io'),
      ...set(reader, ['global', 'image', 'registry'], 'quay.io/solo-io'),
    ],
  ],
  [
    /^Give at least its repository, and its tag\.$/,
    (reader) => set(reader, reader.path, { repository: 'gloo-envoy-wrapper', tag: '1.2.3' }),
  ],
  [
    /^Set seccompProfile\.localhostProfile, or use the type RuntimeDefault\.$/,
    (reader) =>
      set(
        reader,
        reader.path,
        reader.path.at(-1) === 'type' || reader.path.at(-1) === 'defaultSeccompProfileType'
          ? 'RuntimeDefault'
          : { type: 'RuntimeDefault' },
      ),
  ],
  [/^Set (resources\..*)\.$/, (reader, text) => resources(reader, text)],
  [
    /^Set (\S+\.requests\.\w+: \w+(?: and \S+: \w+)*)\.$/,
    (reader, text) =>
      by(
        reader,
        ...text.split(' and ').map((one) => {
          const [path = '', value = ''] = one.split(': ');
          return [parsePath(path), value] as const;
        }),
      ),
  ],
  [/^Set disabled: false on it\.$/, (reader) => set(reader, [...reader.path.slice(0, 2), 'disabled'], false)],
  [/^Set one of the two to false\.$/, (reader) => set(reader, reader.path, false)],
  [
    /^Set that annotation under (\S+): "8080,8443,…"\.$/,
    (reader, path) =>
      set(
        reader,
        [...proxyOf(reader.path), ...parsePath(path), 'traffic.sidecar.istio.io/excludeInboundPorts'],
        '8080,8443',
      ),
  ],
  [
    /^Repeat podTemplate\.httpPort and httpsPort on the proxy\.$/,
    (reader) =>
      by(
        reader,
        ...proxiesOf(reader).flatMap(
          (path) =>
            [
              [[...path, 'podTemplate', 'httpPort'], 8080],
              [[...path, 'podTemplate', 'httpsPort'], 8443],
            ] as const,
        ),
      ),
  ],
  [
    /^Set (global\.\S+): true, or remove them\.$/,
    (reader, path) => [...set(reader, parsePath(path), true), ...removed(reader)],
  ],
  [
    /^Turn this off, or (.*)\.$/,
    (reader, paths) => [
      ...set(reader, reader.path, false),
      ...by(reader, ...(paths ?? '').split(' and ').map((path) => [parsePath(path), false] as const)),
    ],
  ],
  [
    /^If the mesh has only that revision, set istioDiscoveryAddress: (\S+) on the proxy\.$/,
    (reader, text) => set(reader, ['gatewayProxies', 'gatewayProxy', 'istioDiscoveryAddress'], text),
  ],
  [
    /^Set (\w+): (\w+)(?: or more)?, or (\w+): (\w+)(?: or less)?\.$/,
    (reader, ...words) =>
      [0, 2].flatMap((at) => set(reader, pathOf(reader, words[at] ?? ''), yaml(words[at + 1] ?? ''))),
  ],
  [
    /^Set ([\w.]+): (\{.*\}|\S+?)(?: on the proxy| or more| as long as Kubernetes serves it)?(?:, or (?:another|apply|give|use) .*?)?\.(?: The chart of (\S+) fixes this\.)?$/,
    (reader, path, value, release) => [
      ...set(reader, pathOf(reader, path), yaml(value ?? '')),
      ...(release === undefined ? [] : inRelease(reader, release)),
    ],
  ],
  [
    /^Leave out what has a \$ or a backquote .* The chart of (\S+) fixes this\.$/,
    (reader, release) => [
      ...set(reader, reader.path, withoutExpanded(valueAt(reader.values, ...reader.path) ?? null)),
      ...inRelease(reader, release),
    ],
  ],
  [
    /^Add containerPort (\d+) to podTemplate\.extraPorts, /,
    (reader, port) =>
      by(reader, add(reader, pathOf(reader, 'podTemplate.extraPorts'), { name: 'own', containerPort: Number(port) })),
  ],
  [
    /^Remove customSidecars\b.* Set (\S+) to the version of your mesh instead\.$/,
    (reader, path) =>
      by(reader, [reader.path, undefined], [[...reader.path.slice(0, -1), ...parsePath(path)], '1.28.0']),
  ],
  [/^Remove one of them\.$/, remove],
  [/^Set one of them\.$/, (reader) => set(reader, [...reader.path, 'exec'], { command: ['true'] })],
  [/^Choose another key(?:, or set service\.name)?\.$/, (reader) => moved(reader, 'gatewayProxies.freshProxy')],
  [/^Choose another key for one of them\.$/, (reader) => moved(reader, 'gatewayProxies.freshProxy')],
  [/^Choose another name\.$/, (reader) => set(reader, reader.path, 'edge')],
  [/^Choose the key of the proxy instead\.$/, remove],
  [/^Choose another user, or remove runAsNonRoot\.$/, (reader) => set(reader, reader.path, 10101)],
  [/^Use Istio 1\.9\.4 or newer, or let/, (reader) => set(reader, reader.path, 'docker.io/istio/proxyv2:1.9.4')],
  [
    /^Set (\w*[dD]igest) to the digest of the [\w-]+ image, or use another variant\.$/,
    (reader, key) => moved(reader, [...reader.path.slice(0, -1), key].join('.')),
  ],
  [
    /^Leave floatingUserId out and set runAsUser, or use (\S+) or newer\.$/,
    (reader, release) => [...(remove(reader) ?? []), ...inRelease(reader, release ?? '')],
  ],
  [
    /^Give them node selectors that exclude each other/,
    (reader) =>
      by(
        reader,
        ...proxiesOf(reader).map(
          (path, index) => [[...path, 'podTemplate', 'nodeSelector'], { pool: `own-${index}` }] as const,
        ),
      ),
  ],
  [
    /^Write it in the form that Kubernetes accepts: example\.com\/some-name\.$/,
    (reader) =>
      !/^(?:[a-z0-9.-]+\/)?\w[\w.-]*$/.test(String(reader.path.at(-1)))
        ? rekeyed(reader)
        : set(reader, reader.path, 'some-name'),
  ],
  [
    /^(?:podTemplate\.extraContainers adds|extraVolumes adds|podTemplate\.extraInitContainers adds|Set |Correct or remove it)(?= a | it|\.|$)/,
    remove,
  ],
  [/^Correct or remove it\.$/, remove],
  [
    /^Use the same path in both\.$/,
    (reader) =>
      set(
        reader,
        reader.path,
        /(\/[\w/-]+)/.exec(reader.problem.message.replace(String(valueAt(reader.values, ...reader.path)), ''))?.[1] ??
          '/',
      ),
  ],
  [
    /^Move these values to gatewayProxy, or choose another key\.$/,
    (reader) => [...moved(reader, 'gatewayProxies.gatewayProxy'), ...moved(reader, 'gatewayProxies.freshProxy')],
  ],
  [
    /^Set podTemplate\.terminationGracePeriodSeconds above (\d+)\.$/,
    (reader, least) =>
      set(reader, [...proxyOf(reader.path), 'podTemplate', 'terminationGracePeriodSeconds'], Number(least) + 1),
  ],
  [/^For example (\S+), /, (reader, text) => set(reader, reader.path, text)],
  [
    /^It belongs in (\S+)\.$/,
    (reader, home) =>
      by(
        reader,
        [reader.path, undefined],
        [
          [
            ...reader.path.slice(0, reader.path.indexOf('kubeResourceOverride') + 1),
            ...parsePath(home),
            reader.path.at(-1) ?? '',
          ],
          valueAt(reader.values, ...reader.path),
        ],
      ),
  ],
  [
    /^Add (\S+) to the volumes of the override/,
    (reader, name) =>
      by(
        reader,
        add(reader, [...proxyOf(reader.path), 'kubeResourceOverride', 'spec', 'template', 'spec', 'volumes'], {
          name,
          emptyDir: {},
        }),
      ),
  ],
  [/^(?:values files, Argo CD|manifests are judged)/, () => []],
  [
    /^Set kind\.deployment\.replicas: 0, which this chart leaves out\.$/,
    (reader) => set(reader, pathOf(reader, 'kind.deployment.replicas'), 0),
  ],
  [/^Set registry here\.$/, (reader) => set(reader, reader.path, 'quay.io/solo-io')],
  [
    /^Remove that label, or turn off (.*)\.$/,
    (reader, paths) => [
      ...removed(reader),
      ...by(reader, ...(paths ?? '').split(' and ').map((path) => [parsePath(path), false] as const)),
    ],
  ],
  [
    /^Set podTemplate\.probes: true and podTemplate\.livenessProbeEnabled: true\.$/,
    (reader) =>
      by(
        reader,
        [pathOf(reader, 'podTemplate.probes'), true],
        [pathOf(reader, 'podTemplate.livenessProbeEnabled'), true],
      ),
  ],
  [/^Use kind\.deployment and kind\.daemonSet\.$/, remove],
  [/^podTemplate\.extraPorts adds a port\.$/, remove],
  [/^service\.customPorts adds a port\.$/, remove],
  [/^Repeat here the items to keep\.$/, repeated],
  [
    /^This list replaces the chart’s: /,
    (reader) =>
      set(reader, reader.path.slice(0, reader.path.findLastIndex((step) => typeof step === 'string') + 1), undefined),
  ],
  [/^Add "@type": (\S+)\.$/, (reader, type) => set(reader, [...reader.path, '@type'], type)],
  [
    /^Add typed_config: (\{.*\})\.$/,
    (reader, config) => set(reader, [...reader.path, 'typed_config'], yaml(config ?? '')),
  ],
  [/^Give the field the type that it has in Istio’s ProxyConfig; /, (reader) => set(reader, reader.path, '{}')],
  [
    /^Write host and port, as in (\S+)\.$/,
    (reader, text) => (reader.path[0] === 'spec' ? address(reader) : set(reader, reader.path, text)),
  ],
  [
    /^Use service\.name\.$/,
    (reader) =>
      by(
        reader,
        [reader.path, undefined],
        [[...proxyOf(reader.path), 'service', 'name'], valueAt(reader.values, ...reader.path)],
      ),
  ],
  [
    /^Set namespace on the proxy\.$/,
    (reader) =>
      by(
        reader,
        [reader.path, undefined],
        [[...proxyOf(reader.path), 'namespace'], valueAt(reader.values, ...reader.path)],
      ),
  ],
  [
    /^Use the digest of the distroless image\.$/,
    (reader) => moved(reader, [...reader.path.slice(0, -1), 'distrolessDigest'].join('.')),
  ],
  [
    /^Use letters, digits, -, _ and \. behind a prefix/,
    (reader) =>
      by(
        reader,
        [reader.path, undefined],
        [[...reader.path.slice(0, -1), 'some-name'], valueAt(reader.values, ...reader.path)],
      ),
  ],
  [
    /^There is (\S+), which says the opposite\.$/,
    (reader, path) =>
      by(reader, [reader.path, undefined], [parsePath(path), valueAt(reader.values, ...reader.path) !== true]),
  ],
  [
    /^If \S+ is a revision rather than a tag, and the mesh has no other, set istioDiscoveryAddress: (\S+) on the proxy\.$/,
    (reader, text) => set(reader, ['gatewayProxies', 'gatewayProxy', 'istioDiscoveryAddress'], text),
  ],
  [
    /^Remove the override of the selector and its labels/,
    (reader) =>
      reader.path.includes('selector')
        ? set(reader, reader.path.slice(0, reader.path.indexOf('selector') + 1), undefined)
        : removed(reader),
  ],
  [
    /^Use Istio (\S+) or newer, and set (\w+), which it requires\.$/,
    (reader, version, name) =>
      istio(reader, version ?? '').flatMap(({ values }) => {
        const changed = ([values].flat() as ValueMap[])[0] ?? {};
        return variable({ ...reader, values: changed }, name ?? '', 'Kubernetes') ?? [];
      }),
  ],
  [/^Use Istio (\d+\.\d+(?:\.\d+)?) or newer\.$/, (reader, version) => istio(reader, version ?? '')],
  [/^Use a later patch of the line \(/, (reader) => inRelease(reader, '1.8.0')],
  [/^Turn one of the two off\.$/, (reader) => set(reader, reader.path, false)],
  // The hint does not say which versions are compatible, and there is no value to test the pair with.
  [/^Choose versions that Gloo supports together/, () => []],
  [/^(?:Leave the default in place, or set stats|Remove externalTrafficPolicy, or choose)/, remove],
  [
    /^Use the sds image of Gloo (\S+)\.$/,
    (reader, tag) =>
      isMap(valueAt(reader.values, ...reader.path))
        ? set(reader, [...reader.path, 'tag'], tag)
        : set(reader, reader.path, reader.path.at(-1) === 'image' ? `quay.io/solo-io/sds:${tag}` : tag),
  ],
  [
    /^The field is called (discoveryAddress)\.$/,
    (reader, key) => set(reader, reader.path, `{"${key}": "istiod.istio-system.svc:15012"}`),
  ],
  [
    /^Set (\S+) or (\S+): true, or remove the cluster\.$/,
    (reader, one, other) => [one, other].flatMap((path) => set(reader, parsePath(path ?? ''), true)),
  ],
  // Ports and probes.
  [
    /^Choose another port\.$/,
    (reader) =>
      set(
        reader,
        isMap(valueAt(reader.values, ...reader.path)) ? [...reader.path, 'containerPort'] : reader.path,
        18099,
      ),
  ],
  [
    /^Give them different ports, or node selectors/,
    (reader) => set(reader, [...proxyOf(reader.path), 'podTemplate', 'nodeSelector'], { pool: 'own' }),
  ],
  [
    /^(?:Ask 8081 \(\/ready, while stats are on\), or run a command inside: exec|Use a port on which something listens|Use one of its ports, by name or number)\.$/,
    (reader) =>
      reader.path.includes('glooMtls')
        ? set(reader, reader.path, 8234)
        : set(reader, reader.path.slice(0, -2), { exec: { command: ['true'] } }),
  ],
  // Names.
  [
    /^(?:Choose a name that begins with a letter|Use a key of letters, digits)/,
    (reader) =>
      reader.problem.path === undefined
        ? [{ ...reader.options, namespace: 'edge' }]
        : moved(reader, [...reader.path.slice(0, -1), 'renamed'].join('.')),
  ],
  [
    /^Add dnsConfig: \{nameservers: \[…\]\}, or use ClusterFirst\.$/,
    (reader) => [
      ...set(reader, [...reader.path.slice(0, -1), 'dnsConfig'], { nameservers: ['10.0.0.10'] }),
      ...set(reader, reader.path, 'ClusterFirst'),
    ],
  ],
  [/^Put registry, repository and tag in quotes/, image],
  // The text itself.
  [/^Write "(.*)" with straight quotes\.$/s, (reader, text) => set(reader, reader.path, text)],
  [/^write (\d+|true|false)$/, (reader, text) => rewrite(() => text)(reader)],
  [
    /^write (\d+), or (\d+) if it is not meant as octal$/,
    (reader, ...texts) => texts.flatMap((text) => rewrite(() => text)(reader) ?? []),
  ],
  [
    /^write (\S+), or "(.*)" if the text is meant$/s,
    (reader, one, other) =>
      [rewrite(() => one ?? ''), rewrite(() => JSON.stringify(other))].flatMap((way) => way(reader) ?? []),
  ],
  [
    /^(?:write ".*" in quotes|put it in quotes(?: to keep its digits)?|write ".*" if the text is meant)$/s,
    rewrite((token) => JSON.stringify(token)),
  ],
  [
    /^(?:(replace) each of them with a space|remove each of them)$/,
    ({ options }, isBlank) => [
      {
        ...options,
        values: ([options.values ?? []].flat() as { text: string }[]).map((one) => ({
          ...one,
          text: one.text.replace(/[\u00a0\u2000-\u200b\u202f\u3000]|(?!^)\ufeff/g, isBlank === undefined ? '' : ' '),
        })) as never,
      },
    ],
  ],
  [
    /^(?:(?:Say|Use) --partial-of (\S+?),|For gloo-ee move gatewayProxies under gloo)/,
    (reader, name) =>
      name === undefined
        ? set(reader, ['global', 'extensions'], undefined)
        : [{ ...reader.options, partialOf: [name] }],
  ],
  // Objects.
  [
    /^Label the pods (\S+): "(\w+)"\.$/,
    (reader, label, value) => set(reader, ['spec', 'template', 'metadata', 'labels', label ?? ''], value),
  ],
  [
    /^Add an emptyDir to the pod’s volumes and mount it at (\S+)\.$/,
    (reader, folder) => mountedEmpty(reader, folder ?? '', podVolumes),
  ],
  [
    /^Add (\S+) to the pod’s volumes(?:, or mount one of ([\w-]+).*)?\.$/,
    (reader, name, other) => [
      ...by(reader, add(reader, podVolumes, { name: name ?? '', emptyDir: {} })),
      ...(other === undefined ? [] : set(reader, reader.path, other)),
    ],
  ],
  [
    /^Mount it or remove it\.$/,
    (reader) => {
      const mounts = ['spec', 'template', 'spec', 'containers', 0, 'volumeMounts'];
      const mount = { name: valueAt(reader.values, ...reader.path) ?? '', mountPath: '/elsewhere' };
      return [...set(reader, reader.path.slice(0, -1), undefined), ...by(reader, add(reader, mounts, mount))];
    },
  ],
  // Cannot be followed in values: another command, or a file that is not available here.
  [
    /^(?:give a values file|give each in a file|The nearest known: |Render that chart with Helm|an index is|write PATH=VALUE|Apply a Gateway |Helm 3 requires|kubectl |after \] comes)/,
    () => [],
  ],
];

const containersOfPod: Path = ['spec', 'template', 'spec', 'containers'];
const podVolumes: Path = ['spec', 'template', 'spec', 'volumes'];

const tlsSocket: ValueMap = {
  name: 'envoy.transport_sockets.tls',
  typed_config: { '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext' },
};

/** The value for the minimum number of pods. */
function podCountOf(reader: Reader): Path {
  const scaler = [...proxyOf(reader.path), 'horizontalPodAutoscaler'];
  return isMap(valueAt(reader.values, ...scaler))
    ? [...scaler, 'minReplicas']
    : pathOf(reader, 'kind.deployment.replicas');
}

function variable(reader: Reader, name: string, value: string | undefined): Followed[] | undefined {
  const change = withVariable(reader, name, value ?? '');
  return change === undefined ? (name === 'PROXY_CONFIG' ? address(reader) : []) : by(reader, change);
}

function both(reader: Reader, mounts: Followed[] | undefined, name: string, value: string): Followed[] | undefined {
  const change = withVariable(reader, name, value);
  if (mounts === undefined || change === undefined) return [];
  return mounts.map(({ values }) =>
    withValues(reader.options, put(([values].flat() as ValueMap[])[0] ?? {}, ...change)),
  );
}

function mountedEmpty(reader: Reader, folder: string, list = volumesOf(reader)): Followed[] {
  const mounts = mounted(reader, 'own-sockets', folder);
  return (mounts ?? []).map(({ values }) => {
    const changed = ([values].flat() as ValueMap[])[0] ?? {};
    return withValues(
      reader.options,
      put(changed, ...add({ ...reader, values: changed }, list, { name: 'own-sockets', emptyDir: {} })),
    );
  });
}

function volumesOf({ path }: Reader): Path {
  return [...proxyOf(path), 'extraVolumes'];
}

function security(reader: Reader, text: string): Followed[] {
  const [, key = '', value = ''] = /^(\w+): (.*?)(?: or a runAsUser)?$/.exec(text) ?? [];
  const own = reader.path.findIndex((step) => /.SecurityContext$/.test(String(step)));
  if (own >= 0) return set(reader, [...reader.path.slice(0, own + 1), key], yaml(value));
  const at = reader.path.indexOf('securityContext');
  const container = containerOf(reader);
  const place = container ?? (at < 0 ? reader.path : reader.path.slice(0, at));
  return set(reader, [...place, 'securityContext', key], yaml(value));
}

function resources(reader: Reader, text: string): Followed[] {
  const container = containerOf(reader);
  const at = reader.path.findIndex((step) => /resources/i.test(String(step)));
  const place = at >= 0 ? reader.path.slice(0, at + 1) : [...(container ?? reader.path), 'resources'];
  const changes = text.split(' and ').map((one) => {
    const [, part = '', resource = ''] = one.split('.');
    return [[...place, part, resource], resource === 'cpu' ? '1' : '64Mi'] as const;
  });
  return by(reader, ...changes);
}

function image(reader: Reader): Followed[] {
  const known = valueAt(reader.values, ...reader.path);
  if (typeof known === 'string' && reader.path.at(-1) === 'image') return set(reader, reader.path, 'docker.io/a/b:1');
  const at = reader.path.indexOf('image');
  const own = at < 0 ? [...proxyOf(reader.path), 'podTemplate', 'image'] : reader.path.slice(0, at + 1);
  const parts = { registry: 'quay.io/solo-io', repository: 'gloo-envoy-wrapper', tag: '1.2.3' };
  return by(reader, [own, parts], [['global', 'image'], undefined]);
}

function tagged(reader: Reader): Followed[] {
  const known = valueAt(reader.values, ...reader.path);
  return set(
    reader,
    reader.path,
    typeof known === 'string' && known.includes('/')
      ? `${known.replace(/:[^:/]*$/, '')}:1.2.3`
      : typeof known === 'string' && reader.path.at(-1) === 'image'
        ? `${known.replace(/:.*$/, '')}:1.2.3`
        : '1.2.3',
  );
}

function address(reader: Reader): Followed[] {
  const container = containerOf(reader);
  const usual = 'istiod.istio-system.svc:15012';
  if (container === undefined)
    return by(
      reader,
      ...['istioDiscoveryAddress', 'istioSpiffeCertProviderAddress']
        .filter(
          (key) =>
            valueAt(reader.values, 'gatewayProxies', 'gatewayProxy', key) !== undefined ||
            key === 'istioDiscoveryAddress',
        )
        .map((key) => [['gatewayProxies', 'gatewayProxy', key], usual] as const),
    );
  const env = valueAt(reader.values, ...container, 'env');
  const args = valueAt(reader.values, ...container, 'args');
  if (reader.path.at(-1) === 'args' && isList(args))
    return set(reader, reader.path, [...args.slice(0, args.indexOf('--discoveryAddress') + 1), usual]);
  const changed = (isList(env) ? env : []).map((one) => {
    const name = valueAt(one, 'name');
    if (name === 'CA_ADDR' || name === 'DISCOVERY_ADDRESS') return { name: String(name), value: usual };
    return name === 'PROXY_CONFIG' ? { name: 'PROXY_CONFIG', value: `{"discoveryAddress": "${usual}"}` } : one;
  });
  return set(reader, [...container, 'env'], changed);
}

/** A value of the type that the chart expects there. */
function filledIn(reader: Reader): Followed[] {
  const last = String(reader.path.at(-1));
  const kind = fieldsAt(reader.path).map(takenType)[0]?.kind;
  if (kind === 'object' || kind === 'kubernetes' || kind === 'map') return set(reader, reader.path, {});
  if (kind === 'list') return set(reader, reader.path, []);
  // Any other name would be that of a template which a wrapping chart has.
  if (/Helper$/.test(last)) return set(reader, reader.path, '');
  const value = /replicas|port|seconds|user/i.test(last)
    ? 3
    : last === 'registry'
      ? 'quay.io/solo-io'
      : /address/i.test(last)
        ? 'istiod.istio-system.svc:15012'
        : 'name';
  return set(reader, reader.path, value);
}

/** The alternative that a hint offers before the release. */
function other(reader: Reader): Followed[] {
  const { hint = '' } = reader.problem;
  if (hint.startsWith('Set global.istioSDS')) return set(reader, ['global', 'istioSDS', 'enabled'], true);
  const own = reader.path.length === 0 ? ['global', 'glooMtls', 'sds', 'securityContext'] : reader.path;
  return hint.startsWith('Remove ') ? set(reader, own, undefined) : [];
}

function leftOut(reader: Reader, what: string | undefined): Followed[] {
  const { hint = '' } = reader.problem;
  if (hint.startsWith('Leave the override') && !/Override$/.test(String(reader.path.at(-1))))
    return set(reader, [...reader.path, 'kubeResourceOverride'], undefined);
  if (hint.startsWith('Leave the disabled proxy')) {
    const proxies = Object.entries(valueAt(reader.values, 'gatewayProxies') ?? {}).filter(
      ([, one]) =>
        valueAt(one as Value, 'disabled') === true || valueAt(one as Value, 'gatewaySettings', 'enabled') === false,
    );
    return by(reader, ...proxies.map(([key]) => [['gatewayProxies', key], undefined] as const));
  }
  if (what === undefined || hint.startsWith('Leave floatingUserId')) return set(reader, reader.path, undefined);
  return by(
    reader,
    ...what
      .split(/, ?/)
      .map(
        (one) =>
          [one.includes('.') ? pathOf(reader, one) : [...proxyOf(reader.path), 'podTemplate', one], undefined] as const,
      ),
  );
}

/** Without the characters that a shell changes. */
function withoutExpanded(value: Value): Value {
  if (isList(value)) return value.map(withoutExpanded);
  if (!isMap(value)) return value;
  const kept = Object.entries(value).filter(([, one]) => typeof one !== 'string' || !/[$`]/.test(one));
  return Object.fromEntries(kept.map(([key, one]) => [key, withoutExpanded(one)]));
}

/** A key of an envoy.yaml that is a string in the values. */
function inFile(reader: Reader, meant: string): Followed[] {
  const wrong = /\(([\w.]+)(?: of envoy\.yaml)?\)/.exec(reader.problem.message)?.[1]?.split('.').at(-1) ?? '';
  const text = valueAt(reader.values, ...reader.path);
  return typeof text === 'string' ? set(reader, reader.path, text.replace(wrong, meant)) : [];
}

function rekeyed(reader: Reader): Followed[] {
  const value = valueAt(reader.values, ...reader.path);
  return by(reader, [reader.path, undefined], [[...reader.path.slice(0, -1), 'some-name'], value]);
}

/** Another version of Istio: for the hint's container, or for the chart's. */
function istio(reader: Reader, version: string): Followed[] {
  const tag = version.split('.').length === 2 ? `${version}.0` : version;
  const container = containerOf(reader);
  // If the image of the chart's sidecar is not the user's, only another mesh and another chart help.
  if (container === undefined && reader.path.at(-1) !== 'tag') return [];
  const place =
    container === undefined ? ['global', 'glooMtls', 'istioProxy', 'image', 'tag'] : [...container, 'image'];
  return set(reader, place, container === undefined ? tag : `docker.io/istio/proxyv2:${tag}`);
}

function wholeOf(value: Value | undefined): number {
  return Number.isInteger(Number(value)) && Number(value) > 0 ? Number(value) : 1000;
}

/** The proxies in the values, including gatewayProxy. */
function proxiesOf({ values }: Reader): Path[] {
  const given = Object.keys(mapOf(valueAt(values, 'gatewayProxies')));
  return [...new Set(['gatewayProxy', ...given])].map((key) => ['gatewayProxies', key]);
}

/** Moves a value to another path. */
function moved(reader: Reader, text: string): Followed[] {
  const { path, values } = reader;
  const target = text.includes('.') || path.length === 1 ? parsePath(text) : [...path.slice(0, -1), text];
  const value = valueAt(values, ...path) ?? null;
  return by(reader, [path, undefined], [target, value]);
}

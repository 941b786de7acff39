import type { Path } from '../../src/problem.ts';
import type { Value } from '../../src/value.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { writeYaml } from '../../src/yaml/write.ts';

/** An object that a test may change. */
export type Open = { [key: string]: Open | Open[] | Value };

/** Two objects of a proxy: its Deployment and its ConfigMap. */
export interface Objects {
  readonly deployment: Open;
  readonly configMap: Open;
}

/** Generates numbers below a bound, reproducible by seed. */
export type Draw = (below: number) => number;

export function drawFrom(seed: number): Draw {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** A possible edit, and where it must be reported. */
export interface Mutation {
  readonly name: string;
  /** Makes the edit and returns its path; undefined if there is nothing to edit. */
  readonly apply: (
    objects: Objects,
    draw: Draw,
  ) => { readonly kind: 'Deployment' | 'ConfigMap'; readonly path: Path; readonly change: string } | undefined;
}

const pod = (objects: Objects): Open => inside(objects.deployment, 'spec', 'template', 'spec');
const podPath = ['spec', 'template', 'spec'] as const;

function inside(object: Open, ...path: string[]): Open {
  return path.reduce((inner, key) => {
    inner[key] ??= {};
    return inner[key] as Open;
  }, object);
}

function listIn(object: Open, key: string): Open[] {
  object[key] ??= [];
  return object[key] as Open[];
}

function pick(list: readonly Open[], draw: Draw): Open | undefined {
  return list.length === 0 ? undefined : list[draw(list.length)];
}

type InContainer = (container: Open, draw: Draw) => { readonly path: Path; readonly change: string } | undefined;

function inContainer(name: string, edit: InContainer): Mutation {
  return {
    name,
    apply: (objects, draw) => {
      const container = pick(listIn(pod(objects), 'containers'), draw);
      const found = container && edit(container, draw);
      return (
        found && {
          kind: 'Deployment',
          change: found.change,
          path: [...podPath, 'containers', String(container['name']), ...found.path],
        }
      );
    },
  };
}

/** Changes Envoy's configuration, which is text in the ConfigMap. */
function inEnvoy(
  name: string,
  edit: (bootstrap: Open, draw: Draw) => { readonly path: Path; readonly change: string } | undefined,
): Mutation {
  return {
    name,
    apply: ({ configMap }, draw) => {
      const data = inside(configMap, 'data');
      const bootstrap = structuredClone(
        readYaml({ name: 'envoy.yaml', text: String(data['envoy.yaml']) }).value,
      ) as Open;
      const found = edit(bootstrap, draw);
      data['envoy.yaml'] = writeYaml(bootstrap as Value);
      return found && { kind: 'ConfigMap', change: found.change, path: ['data', 'envoy.yaml', ...found.path] };
    },
  };
}

/** Every kind of edit; no two of them affect the same place. */
export const mutations: readonly Mutation[] = [
  inContainer('image', (container) => {
    container['image'] = `${container['image']}-edited`;
    return { path: ['image'], change: 'changed' };
  }),
  inContainer('pull policy', (container) => {
    container['imagePullPolicy'] = 'Never';
    return { path: ['imagePullPolicy'], change: 'changed' };
  }),
  inContainer('new variable', (container) => {
    listIn(container, 'env').unshift({ name: 'GLISTIO_TEST', value: 'x' });
    return { path: ['env', 'GLISTIO_TEST'], change: 'added' };
  }),
  inContainer('variable that goes', (container, draw) => {
    const env = listIn(container, 'env');
    const [gone] = env.splice(draw(Math.max(1, env.length)), 1);
    return (
      gone && { path: ['env', String(gone['name'])], change: gone['name'] === 'GLISTIO_TEST' ? 'none' : 'removed' }
    );
  }),
  inContainer('new mount', (container) => {
    listIn(container, 'volumeMounts').push({ name: 'envoy-config', mountPath: '/glistio' });
    return { path: ['volumeMounts', '/glistio'], change: 'added' };
  }),
  inContainer('read-only mount', (container, draw) => {
    const mount = pick(
      listIn(container, 'volumeMounts').filter(({ mountPath }) => mountPath !== '/glistio'),
      draw,
    );
    if (mount === undefined) return undefined;
    mount['readOnly'] = true;
    return { path: ['volumeMounts', String(mount['mountPath']), 'readOnly'], change: 'changed' };
  }),
  inContainer('new port', (container) => {
    listIn(container, 'ports').push({ name: 'extra', containerPort: 4242 });
    return { path: ['ports', '4242/TCP'], change: 'added' };
  }),
  inContainer('new liveness probe', (container) => {
    if (container['livenessProbe'] !== undefined) return undefined;
    container['livenessProbe'] = { tcpSocket: { port: 4242 }, periodSeconds: 7 };
    return { path: ['livenessProbe'], change: 'added' };
  }),
  inContainer('probe period', (container) => {
    if (container['readinessProbe'] === undefined) return undefined;
    inside(container, 'readinessProbe')['periodSeconds'] = 77;
    return { path: ['readinessProbe', 'periodSeconds'], change: 'changed' };
  }),
  inContainer('memory limit', (container) => {
    const limits = inside(container, 'resources', 'limits');
    const change = limits['memory'] === undefined ? 'added' : 'changed';
    limits['memory'] = '777Mi';
    return { path: ['resources', 'limits', 'memory'], change };
  }),
  inContainer('new argument', (container) => {
    const args = listIn(container, 'args');
    args.push('--glistio' as unknown as Open);
    return args.length === 1
      ? { path: ['args'], change: 'added' }
      : { path: ['args', args.length - 1], change: 'added' };
  }),
  inContainer('security context', (container) => {
    const context = inside(container, 'securityContext');
    const change = context['runAsUser'] === undefined ? 'added' : 'changed';
    context['runAsUser'] = 4242;
    return { path: ['securityContext', 'runAsUser'], change };
  }),
  {
    name: 'new container',
    apply: (objects) => {
      listIn(pod(objects), 'containers').unshift({ name: 'glistio-test', image: 'example.com/test:1' });
      return { kind: 'Deployment', path: [...podPath, 'containers', 'glistio-test'], change: 'added' };
    },
  },
  {
    name: 'replicas',
    apply: ({ deployment }) => {
      inside(deployment, 'spec')['replicas'] = 42;
      return { kind: 'Deployment', path: ['spec', 'replicas'], change: 'changed' };
    },
  },
  {
    name: 'label of the pods',
    apply: ({ deployment }) => {
      inside(deployment, 'spec', 'template', 'metadata', 'labels')['glistio'] = 'test';
      return { kind: 'Deployment', path: ['spec', 'template', 'metadata', 'labels', 'glistio'], change: 'added' };
    },
  },
  {
    name: 'annotation',
    apply: ({ deployment }) => {
      inside(deployment, 'metadata', 'annotations')['example.com/glistio'] = 'test';
      return { kind: 'Deployment', path: ['metadata', 'annotations', 'example.com/glistio'], change: 'added' };
    },
  },
  {
    name: 'grace period',
    apply: (objects) => {
      pod(objects)['terminationGracePeriodSeconds'] = 4242;
      return { kind: 'Deployment', path: [...podPath, 'terminationGracePeriodSeconds'], change: 'changed' };
    },
  },
  {
    name: 'new volume',
    apply: (objects) => {
      listIn(pod(objects), 'volumes').unshift({ name: 'glistio-test', emptyDir: {} });
      return { kind: 'Deployment', path: [...podPath, 'volumes', 'glistio-test'], change: 'added' };
    },
  },
  {
    name: 'service account',
    apply: (objects) => {
      const { serviceAccount: _, ...rest } = pod(objects);
      inside(objects.deployment, 'spec', 'template')['spec'] = { ...rest, serviceAccountName: 'glistio-test' };
      return { kind: 'Deployment', path: [...podPath, 'serviceAccountName'], change: 'changed' };
    },
  },
  {
    name: 'rollout',
    apply: ({ deployment }) => {
      inside(deployment, 'spec', 'strategy', 'rollingUpdate')['maxSurge'] = 2;
      return { kind: 'Deployment', path: ['spec', 'strategy', 'rollingUpdate', 'maxSurge'], change: 'changed' };
    },
  },
  inEnvoy('new cluster', (bootstrap) => {
    listIn(inside(bootstrap, 'static_resources'), 'clusters').unshift({ name: 'glistio-test', connect_timeout: '1s' });
    return { path: ['static_resources', 'clusters', 'glistio-test'], change: 'added' };
  }),
  inEnvoy('cluster timeout', (bootstrap, draw) => {
    const cluster = pick(
      listIn(inside(bootstrap, 'static_resources'), 'clusters').filter(({ name }) => name !== 'glistio-test'),
      draw,
    );
    if (cluster === undefined) return undefined;
    cluster['connect_timeout'] = '4.242s';
    return { path: ['static_resources', 'clusters', String(cluster['name']), 'connect_timeout'], change: 'changed' };
  }),
  inEnvoy('admin port', (bootstrap) => {
    inside(bootstrap, 'admin', 'address', 'socket_address')['port_value'] = 4242;
    return { path: ['admin', 'address', 'socket_address', 'port_value'], change: 'changed' };
  }),
  inEnvoy('filter of a listener', (bootstrap) => {
    const [listener] = listIn(inside(bootstrap, 'static_resources'), 'listeners');
    const [chain] = listener === undefined ? [] : listIn(listener, 'filter_chains');
    const [filter] = chain === undefined ? [] : listIn(chain, 'filters');
    if (listener === undefined || filter === undefined) return undefined;
    listIn(inside(filter, 'typed_config'), 'http_filters').push({ name: 'glistio.test' });
    const place = [
      'static_resources',
      'listeners',
      String(listener['name']),
      'filter_chains',
      0,
      'filters',
      String(filter['name']),
    ];
    return { path: [...place, 'typed_config', 'http_filters', 'glistio.test'], change: 'added' };
  }),
];

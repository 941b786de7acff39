/** Whether the pods of a proxy are replaced, and why. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffManifests } from '../../src/diff/diff.ts';
import type { ValueMap } from '../../src/value.ts';
import { configMap, workload } from '../support/objects.ts';

function restarts(left: readonly ValueMap[], right: readonly ValueMap[]): string[] {
  return diffManifests(left, right).restarts.map(
    ({ object, pods, because }) => `${object.kind}/${object.name} ${pods ? 'restarts' : 'stays'}: ${because}`,
  );
}

const volumes = [{ name: 'envoy-config', configMap: { name: 'gateway-proxy-envoy-config' } }];
const checksum = { 'checksum/gateway-proxy-envoy-config': 'x' };
const onDelete = { updateStrategy: { type: 'OnDelete' } };
const rolling = { updateStrategy: { type: 'RollingUpdate' } };
const config = (cluster: string): ValueMap => configMap({ 'envoy.yaml': `node: {cluster: ${cluster}}\n` });
const image = (tag: string): ValueMap => ({ image: `a/b:${tag}` });
const daemonSet = (spec: ValueMap, container: ValueMap, annotations: ValueMap = {}): ValueMap =>
  workload({ kind: 'DaemonSet', spec, container, annotations, pod: { volumes } });

const deleted = 'updateStrategy is OnDelete: pods only change when they are deleted';
const keeps =
  'running pods keep the old ConfigMap gateway-proxy-envoy-config until they are restarted (kubectl rollout restart)';

const table: readonly (readonly [
  title: string,
  left: readonly ValueMap[],
  right: readonly ValueMap[],
  restarts: readonly string[],
])[] = [
  ['nothing differs', [workload({})], [workload({})], []],
  ['new', [], [workload({})], ['Deployment/gateway-proxy restarts: the workload is new']],
  ['gone', [workload({})], [], ['Deployment/gateway-proxy restarts: the workload is removed, and its pods with it']],
  [
    'the image',
    [workload({ container: image('1') })],
    [workload({ container: image('2') })],
    ['Deployment/gateway-proxy restarts: the pod template changes (containers gateway-proxy image)'],
  ],
  [
    'one of two',
    [workload({ container: image('1') }), workload({ name: 'other' }), workload({ name: 'third' })],
    [
      workload({ container: image('2') }),
      workload({ name: 'other' }),
      workload({ name: 'third', container: image('3') }),
    ],
    [
      'Deployment/gateway-proxy restarts: the pod template changes (containers gateway-proxy image)',
      'Deployment/third restarts: the pod template changes (containers gateway-proxy image)',
    ],
  ],
  [
    'the ConfigMap, whose checksum stands beside another annotation',
    [config('a'), workload({ annotations: { ...checksum, other: '1' }, pod: { volumes } })],
    [config('b'), workload({ annotations: { ...checksum, other: '1' }, pod: { volumes } })],
    ['Deployment/gateway-proxy restarts: the pods follow ConfigMap gateway-proxy-envoy-config by its checksum'],
  ],
  [
    'a label of the pods',
    [workload({})],
    [workload({ podLabels: { a: 'b' } })],
    ['Deployment/gateway-proxy restarts: the pod template changes (labels a)'],
  ],
  [
    'the number of pods',
    [workload({})],
    [workload({ spec: { replicas: 3 } })],
    ['Deployment/gateway-proxy stays: the pod template stays as it is'],
  ],
  [
    'a label of the workload',
    [workload({})],
    [workload({ metadata: { labels: { gloo: 'gateway-proxy', template: 'x' } } })],
    ['Deployment/gateway-proxy stays: the pod template stays as it is'],
  ],
  [
    'a DaemonSet that rolls',
    [daemonSet(rolling, image('1'))],
    [daemonSet(rolling, image('2'))],
    ['DaemonSet/gateway-proxy restarts: the pod template changes (containers gateway-proxy image)'],
  ],
  [
    'a DaemonSet that waits',
    [daemonSet(onDelete, image('1'))],
    [daemonSet(onDelete, image('2'))],
    [`DaemonSet/gateway-proxy stays: ${deleted}`],
  ],
  [
    'two of one name in two kinds',
    [workload({ spec: { replicas: 1 } }), daemonSet({}, image('1'))],
    [workload({ spec: { replicas: 2 } }), daemonSet({}, image('1'))],
    ['Deployment/gateway-proxy stays: the pod template stays as it is'],
  ],
  // The right side's settings apply.
  [
    'a DaemonSet that waits from now on',
    [daemonSet(rolling, image('1'))],
    [daemonSet(onDelete, image('2'))],
    [`DaemonSet/gateway-proxy stays: ${deleted}`],
  ],
  [
    'a DaemonSet that waits no longer',
    [daemonSet(onDelete, image('1'))],
    [daemonSet(rolling, image('2'))],
    ['DaemonSet/gateway-proxy restarts: the pod template changes (containers gateway-proxy image)'],
  ],
  [
    'only when it waits',
    [daemonSet(rolling, image('1'))],
    [daemonSet(onDelete, image('1'))],
    ['DaemonSet/gateway-proxy stays: the pod template stays as it is'],
  ],
  [
    'a DaemonSet that waits goes away',
    [daemonSet(onDelete, {})],
    [],
    ['DaemonSet/gateway-proxy restarts: the workload is removed, and its pods with it'],
  ],
  [
    'a configuration that pods do not follow',
    [workload({ pod: { volumes } }), config('a')],
    [workload({ pod: { volumes } }), config('b')],
    [`Deployment/gateway-proxy stays: ${keeps}`],
  ],
  [
    'a configuration that pods follow',
    [workload({ pod: { volumes }, annotations: checksum }), config('a')],
    [workload({ pod: { volumes }, annotations: checksum }), config('b')],
    ['Deployment/gateway-proxy restarts: the pods follow ConfigMap gateway-proxy-envoy-config by its checksum'],
  ],
  [
    'a configuration that pods would follow if somebody deleted them',
    [daemonSet(onDelete, {}, checksum), config('a')],
    [daemonSet(onDelete, {}, checksum), config('b')],
    [`DaemonSet/gateway-proxy stays: ${deleted}`],
  ],
  [
    'an annotation that only sounds like a checksum',
    [workload({ pod: { volumes }, annotations: { 'config/checksum/': 'x' } }), config('a')],
    [workload({ pod: { volumes }, annotations: { 'config/checksum/': 'x' } }), config('b')],
    [`Deployment/gateway-proxy stays: ${keeps}`],
  ],
  ['a configuration that is another proxy’s', [workload({}), config('a')], [workload({}), config('b')], []],
  [
    'both, of two proxies',
    [workload({ pod: { volumes } }), workload({ name: 'edge' }), config('a')],
    [workload({ pod: { volumes } }), workload({ name: 'edge', spec: { replicas: 2 } }), config('b')],
    [`Deployment/gateway-proxy stays: ${keeps}`, 'Deployment/edge stays: the pod template stays as it is'],
  ],
  [
    'a ConfigMap of that name elsewhere',
    [
      workload({ pod: { volumes } }),
      { ...config('a'), metadata: { ...(config('a')['metadata'] as ValueMap), namespace: 'other' } },
    ],
    [
      workload({ pod: { volumes } }),
      { ...config('b'), metadata: { ...(config('b')['metadata'] as ValueMap), namespace: 'other' } },
    ],
    [],
  ],
];

for (const [title, left, right, expected] of table)
  test(`restarts: ${title}`, () => assert.deepEqual(restarts(left, right), expected));

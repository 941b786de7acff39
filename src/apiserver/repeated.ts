import type { Path } from '../problem.ts';
import { listOf, mapOf, type Value, type ValueMap } from '../value.ts';
import { given, inWords, type Refuse, repeatedIn } from './type-rule.ts';

/**
 * What must not occur twice in a pod, and the volumes that must exist. The rules about pods report most of it with
 * messages of their own.
 */
export function findRepeated(pod: ValueMap, refuse: Refuse): void {
  if (pod['dnsPolicy'] === 'None' && listOf(mapOf(pod['dnsConfig'])['nameservers']).length === 0)
    refuse(['dnsPolicy'], 'dnsPolicy None needs a dnsConfig', undefined, 'dns-policy-without-config');
  const volumes = listOf(pod['volumes']).map(mapOf);
  for (const { index, item } of repeatedIn(volumes, nameOf))
    refuse(
      ['volumes', index, 'name'],
      `Two volumes have the name ${inWords(nameOf(item))}`,
      undefined,
      'duplicate-volume',
    );
  const known = {
    volumes: new Set(volumes.map(nameOf)),
    devices: new Set(
      volumes.filter((volume) => given(volume, 'persistentVolumeClaim') || given(volume, 'ephemeral')).map(nameOf),
    ),
  };
  const containers = ['initContainers', 'containers'].flatMap((list) =>
    listOf(pod[list]).map((item, index) => ({ container: mapOf(item), at: [list, index] })),
  );
  for (const { item } of repeatedIn(containers, ({ container }) => nameOf(container)))
    refuse(
      [...item.at, 'name'],
      `Two containers have the name ${inWords(nameOf(item.container))}`,
      undefined,
      'duplicate-container',
    );
  for (const { container, at } of containers) findInContainer(container, at, known, refuse);
  const constraints = listOf(pod['topologySpreadConstraints']).map(mapOf);
  for (const { index } of repeatedIn(constraints, spreadOf))
    refuse(['topologySpreadConstraints', index], 'Two constraints have the same topologyKey and whenUnsatisfiable');
}

function findInContainer(
  { name = null, volumeMounts, volumeDevices, ports }: ValueMap,
  at: Path,
  { volumes, devices }: Readonly<Record<'volumes' | 'devices', ReadonlySet<Value>>>,
  refuse: Refuse,
): void {
  const mounts = listOf(volumeMounts).map(mapOf);
  for (const [index, { name: volume = null }] of mounts.entries())
    if (typeof volume === 'string' && volume !== '' && !volumes.has(volume))
      refuse(
        [...at, 'volumeMounts', index, 'name'],
        `${inWords(name)} mounts the volume ${volume}, which the pod does not have`,
        undefined,
        'unknown-volume',
      );
  for (const [index, device] of listOf(volumeDevices).map(mapOf).entries())
    if (!devices.has(device['name'] ?? null))
      refuse(
        [...at, 'volumeDevices', index, 'name'],
        `The device ${inWords(device['name'] ?? null)} must be a volume of the type persistentVolumeClaim or ephemeral`,
      );
  for (const { index, item } of repeatedIn(mounts, ({ mountPath }) => mountPath))
    refuse(
      [...at, 'volumeMounts', index, 'mountPath'],
      `${inWords(name)} has two mounts at ${inWords(item['mountPath'] ?? null)}`,
      undefined,
      'duplicate-mount-path',
    );
  for (const { index, item } of repeatedIn(listOf(ports).map(mapOf), nameOf))
    refuse(
      [...at, 'ports', index, 'name'],
      `${inWords(name)} has two ports with the name ${inWords(nameOf(item))}`,
      undefined,
      'duplicate-port-name',
    );
}

function nameOf({ name = null }: ValueMap): Value {
  return name;
}

/** What two topology spread constraints must not have in common. */
function spreadOf({ topologyKey = null, whenUnsatisfiable = null }: ValueMap): string {
  return JSON.stringify([topologyKey, whenUnsatisfiable]);
}

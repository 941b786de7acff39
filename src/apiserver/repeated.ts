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
  const volumes = listOf(pod['volumes']).map((volume) => mapOf(volume)['name'] ?? null);
  for (const index of repeatedIn(volumes))
    refuse(
      ['volumes', index, 'name'],
      `Two volumes have the name ${inWords(volumes[index] ?? null)}`,
      undefined,
      'duplicate-volume',
    );
  const claimed = listOf(pod['volumes']).map(mapOf);
  const known = {
    volumes: new Set(volumes),
    devices: new Set(
      claimed
        .filter((volume) => given(volume, 'persistentVolumeClaim') || given(volume, 'ephemeral'))
        .map(({ name = null }) => name),
    ),
  };
  const containers = ['initContainers', 'containers'].flatMap((list) =>
    listOf(pod[list]).map((item, index) => ({ container: mapOf(item), at: [list, index] })),
  );
  const names = containers.map(({ container }) => container['name'] ?? null);
  for (const index of repeatedIn(names))
    refuse(
      [...(containers[index]?.at ?? []), 'name'],
      `Two containers have the name ${inWords(names[index] ?? null)}`,
      undefined,
      'duplicate-container',
    );
  for (const { container, at } of containers) findInContainer(container, at, known, refuse);
  const constraints = listOf(pod['topologySpreadConstraints']).map((item) => {
    const { topologyKey = null, whenUnsatisfiable = null } = mapOf(item);
    return JSON.stringify([topologyKey, whenUnsatisfiable]);
  });
  for (const index of repeatedIn(constraints))
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
  const paths = mounts.map(({ mountPath = null }) => mountPath);
  for (const index of repeatedIn(paths))
    refuse(
      [...at, 'volumeMounts', index, 'mountPath'],
      `${inWords(name)} has two mounts at ${inWords(paths[index] ?? null)}`,
      undefined,
      'duplicate-mount-path',
    );
  const portNames = listOf(ports).map((port) => mapOf(port)['name'] ?? null);
  for (const index of repeatedIn(portNames))
    refuse(
      [...at, 'ports', index, 'name'],
      `${inWords(name)} has two ports with the name ${inWords(portNames[index] ?? null)}`,
      undefined,
      'duplicate-port-name',
    );
}

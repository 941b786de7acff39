import { exceeds } from '../go/quantity.ts';
import { kubernetesSchemaAt } from '../schema/kubernetes.ts';
import { listOf, lookupTable, mapOf, textOf, type Value } from '../value.ts';
import { labelNameFault, objectNameFault } from './names.ts';
import {
  exactlyOne,
  given,
  named,
  needsName,
  type Refuse,
  repeatedIn,
  staysWithin,
  type TypeRule,
  within,
} from './type-rule.ts';

/** What the API server requires of volumes and mounts, by type. */
export const volumeTypes: Readonly<Record<string, TypeRule>> = lookupTable({
  VolumeMount({ name, mountPath, readOnly, recursiveReadOnly, subPath, subPathExpr }, refuse) {
    if (name === '') refuse(['name'], 'A mount needs the name of a volume');
    if (mountPath === '') refuse(['mountPath'], 'A mount needs a mountPath');
    if (recursiveReadOnly === 'Enabled' && readOnly !== true)
      refuse(['recursiveReadOnly'], 'recursiveReadOnly needs readOnly: true');
    else if (textOf(recursiveReadOnly) && !['Disabled', 'Enabled', 'IfPossible'].includes(String(recursiveReadOnly)))
      refuse(['recursiveReadOnly'], 'recursiveReadOnly must be Disabled, IfPossible or Enabled');
    if (textOf(subPath) && textOf(subPathExpr))
      refuse(['subPathExpr'], 'A mount must not have both subPath and subPathExpr');
    for (const [key, path] of Object.entries({ subPath, subPathExpr })) staysWithin(path, [key], 'the volume', refuse);
  },
  Volume(volume, refuse) {
    named(volume, 'name', labelNameFault, refuse);
    const sources = Object.keys(volume).filter((key) => key !== 'name' && given(volume, key));
    // A volume without a source is an emptyDir.
    if (sources.length > 1)
      refuse([sources[1] ?? ''], `A volume must have one source, but this has ${sources.join(' and ')}`);
    const source = sources[0] ?? '';
    // A string that a source cannot do without is not empty, either.
    for (const key of kubernetesSchemaAt('Volume', [source])?.required ?? [])
      if (mapOf(volume[source])[key] === '') refuse([source, key], `${key} is empty`);
  },
  VolumeProjection: (source, refuse) => {
    if (Object.keys(source).length > 0) exactlyOne('Each source of a projected volume')(source, refuse);
  },
  KeyToPath({ key, path, mode }, refuse) {
    if (path === '') refuse(['path'], 'An item of a volume needs a path');
    if (key === '') refuse(['key'], 'An item of a volume needs a key');
    staysWithin(path, ['path'], 'the volume', refuse);
    isMode(mode, 'mode', refuse);
  },
  ProjectedVolumeSource({ defaultMode, sources }, refuse) {
    isMode(defaultMode, 'defaultMode', refuse);
    const files = listOf(sources).flatMap((source, at) =>
      Object.entries(mapOf(source)).flatMap(([kind, part]) =>
        listOf(mapOf(part)['items']).map((item, index) => ({
          steps: ['sources', at, kind, 'items', index, 'path'],
          path: mapOf(item)['path'] ?? null,
        })),
      ),
    );
    for (const { index } of repeatedIn(files, ({ path }) => path))
      refuse(files[index]?.steps ?? [], 'Two sources have a file with this path');
  },
  DownwardAPIVolumeFile(file, refuse) {
    exactlyOne('An item of a downwardAPI volume', ['fieldRef', 'resourceFieldRef'])(file, refuse);
    staysWithin(file['path'], ['path'], 'the volume', refuse);
    if (!/^(?!spec\.|status\.)/.test(textOf(mapOf(file['fieldRef'])['fieldPath']) ?? ''))
      refuse(['fieldRef', 'fieldPath'], 'A file can only hold fields of metadata');
    if (given(file, 'resourceFieldRef'))
      needsName(mapOf(file['resourceFieldRef']), 'containerName', within(refuse, 'resourceFieldRef'));
  },
  HostPathVolumeSource: ({ path }, refuse) => {
    if (path === '') refuse(['path'], 'A hostPath needs a path');
    if (textOf(path)?.split('/').includes('..')) refuse(['path'], 'The path of a hostPath must not have ..');
  },
  SecretVolumeSource(source, refuse) {
    needsName(source, 'secretName', refuse);
    isMode(source['defaultMode'], 'defaultMode', refuse);
  },
  ConfigMapVolumeSource(source, refuse) {
    needsName(source, 'name', refuse);
    isMode(source['defaultMode'], 'defaultMode', refuse);
  },
  EmptyDirVolumeSource({ sizeLimit }, refuse) {
    if (exceeds(0, sizeLimit ?? null)) refuse(['sizeLimit'], 'sizeLimit must not be negative');
  },
  NFSVolumeSource({ path }, refuse) {
    if (textOf(path)?.startsWith('/') === false) refuse(['path'], 'The path of nfs must begin with /');
  },
  GitRepoVolumeSource: ({ directory }, refuse) => staysWithin(directory, ['directory'], 'the volume', refuse),
  CSIVolumeSource(source, refuse) {
    named(source, 'driver', (name) => objectNameFault(name.toLowerCase()), refuse);
    if (given(source, 'nodePublishSecretRef'))
      needsName(mapOf(source['nodePublishSecretRef']), 'name', within(refuse, 'nodePublishSecretRef'));
  },
  EphemeralVolumeSource(source, refuse) {
    if (!given(source, 'volumeClaimTemplate')) refuse(['volumeClaimTemplate'], 'volumeClaimTemplate is missing');
  },
  PersistentVolumeClaimSpec({ accessModes, resources }, refuse) {
    if (listOf(accessModes).length === 0) refuse(['accessModes'], 'accessModes is missing');
    if (!given(mapOf(mapOf(resources)['requests']), 'storage'))
      refuse(['resources'], 'The request for storage is missing');
  },
  PersistentVolumeClaimVolumeSource: (source, refuse) => needsName(source, 'claimName', refuse),
  ConfigMapProjection: (source, refuse) => needsName(source, 'name', refuse),
  SecretProjection: (source, refuse) => needsName(source, 'name', refuse),
  ServiceAccountTokenProjection({ path, expirationSeconds }, refuse) {
    staysWithin(path, ['path'], 'the volume', refuse);
    if (typeof expirationSeconds === 'number' && (expirationSeconds < 600 || expirationSeconds > 2 ** 32))
      refuse(['expirationSeconds'], 'expirationSeconds of a token must be from 600 to 4294967296');
  },
});

/** A file mode. */
function isMode(mode: Value | undefined, key: string, refuse: Refuse): void {
  if (typeof mode === 'number' && (mode < 0 || mode > 0o777))
    refuse([key], `${key} must be from 0 to 0777, but is ${mode}`, 'Write it with a leading 0: 0644.');
}

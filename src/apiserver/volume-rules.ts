import type { Path } from '../problem.ts';
import { lookupTable, textOf, type Value } from '../value.ts';
import { labelNameFault } from './names.ts';
import { exactlyOne, given, named, needsName, type Refuse, type TypeRule } from './type-rule.ts';

/** What the API server requires of volumes and mounts, by type. */
export const volumeTypes: Readonly<Record<string, TypeRule>> = lookupTable({
  VolumeMount({ name, mountPath, subPath, subPathExpr }, refuse) {
    if (name === '') refuse(['name'], 'A mount needs the name of a volume');
    if (mountPath === '') refuse(['mountPath'], 'A mount needs a mountPath');
    if (textOf(subPath) && textOf(subPathExpr))
      refuse(['subPathExpr'], 'A mount must not have both subPath and subPathExpr');
    for (const [key, path] of Object.entries({ subPath, subPathExpr })) inVolume(path, [key], refuse);
  },
  Volume(volume, refuse) {
    named(volume, 'name', labelNameFault, refuse);
    const sources = Object.keys(volume).filter((key) => key !== 'name' && given(volume, key));
    // A volume without a source is an emptyDir.
    if (sources.length > 1)
      refuse([sources[1] ?? ''], `A volume must have one source, but this has ${sources.join(' and ')}`);
  },
  VolumeProjection: (source, refuse) => {
    if (Object.keys(source).length > 0) exactlyOne('Each source of a projected volume')(source, refuse);
  },
  KeyToPath({ path, mode }, refuse) {
    if (path === '') refuse(['path'], 'An item of a volume needs a path');
    inVolume(path, ['path'], refuse);
    isMode(mode, 'mode', refuse);
  },
  ProjectedVolumeSource: ({ defaultMode }, refuse) => isMode(defaultMode, 'defaultMode', refuse),
  DownwardAPIVolumeFile(file, refuse) {
    exactlyOne('An item of a downwardAPI volume', ['fieldRef', 'resourceFieldRef'])(file, refuse);
    inVolume(file['path'], ['path'], refuse);
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
  PersistentVolumeClaimVolumeSource: (source, refuse) => needsName(source, 'claimName', refuse),
  ConfigMapProjection: (source, refuse) => needsName(source, 'name', refuse),
  SecretProjection: (source, refuse) => needsName(source, 'name', refuse),
  ServiceAccountTokenProjection({ expirationSeconds }, refuse) {
    if (typeof expirationSeconds === 'number' && expirationSeconds < 600)
      refuse(['expirationSeconds'], 'expirationSeconds of a token must be at least 600');
  },
});

function inVolume(path: Value | undefined, at: Path, refuse: Refuse): void {
  if (typeof path !== 'string') return;
  if (path.startsWith('/')) refuse(at, `${at[0]} must be relative to the volume`);
  else if (path.split('/').includes('..')) refuse(at, `${at[0]} must not have ..`);
}

/** A file mode. */
function isMode(mode: Value | undefined, key: string, refuse: Refuse): void {
  if (typeof mode === 'number' && (mode < 0 || mode > 0o777))
    refuse([key], `${key} must be from 0 to 0777, but is ${mode}`, 'Write it with a leading 0: 0644.');
}

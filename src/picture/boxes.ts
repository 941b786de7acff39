import { nameOf } from '../objects/object.ts';
import { mapAt, mapsIn, type ValueMap, wordOf } from '../value.ts';
import { shorten } from '../words.ts';
import type { Fault, PicturedProxy, PictureNode } from './types.ts';

const longest = 77;
/** The most containers, volumes and Services that are drawn, and the most lines per box. */
export const mostBoxes = 40;
const mostRows = 24;

/** A box of something that is there. */
export function box(
  kind: PictureNode['kind'],
  id: string,
  title: string,
  rows: readonly string[],
  faults: readonly Fault[] = [],
): PictureNode {
  return { id, kind, title, rows, faults, isMissing: false };
}

/** Problems of the pod as a whole. */
export function podNode(faults: readonly Fault[]): PictureNode[] {
  return faults.length === 0 ? [] : [box('container', 'pod itself', 'the pod', [], faults)];
}

/** Limits rows to a readable number. */
export function bounded(node: PictureNode): PictureNode {
  const { rows, faults } = node;
  return {
    ...node,
    rows: rows.length > mostRows ? [...rows.slice(0, mostRows), `… and ${rows.length - mostRows} more`] : rows,
    faults: faults.slice(0, mostRows).map(({ code, message }) => ({ code, message: shorten(message, 400) })),
  };
}

interface Drawing {
  readonly spec: ValueMap;
  readonly drawn: ReadonlySet<string>;
  readonly faults: readonly Fault[];
}

/** A container with its image, ports and the volumes that only it mounts. */
export function containerNode(container: ValueMap, index: number, { spec, drawn, faults }: Drawing): PictureNode {
  const name = shortened(wordOf(container['name']));
  const ports = mapsIn(container['ports']).map((port) =>
    [wordOf(port['containerPort']), wordOf(port['name'])].filter((part) => part !== '').join(' '),
  );
  const mounts = mapsIn(container['volumeMounts'])
    .filter((mount) => !drawn.has(wordOf(mount['name'])))
    .map((mount) => `${sourceOf(wordOf(mount['name']), spec)} → ${wordOf(mount['mountPath'])}`);
  const rows = [wordOf(container['image']), ...(ports.length === 0 ? [] : [`ports ${ports.join(', ')}`]), ...mounts];
  return box('container', `container ${index}`, name, rows.map(shortened), faults);
}

/** A container that runs before the others. */
export function initNode(container: ValueMap, index: number, faults: readonly Fault[]): PictureNode {
  const title = `${shortened(wordOf(container['name']))} (init)`;
  return box('container', `init ${index}`, title, [shortened(wordOf(container['image']))], faults);
}

/** A volume and its source. */
export function volumeNode(volume: ValueMap, faults: readonly Fault[]): PictureNode {
  const name = wordOf(volume['name']);
  return box('volume', `volume ${name}`, shortened(name), [shortened(kindOfVolume(volume))], faults);
}

function sourceOf(name: string, spec: ValueMap): string {
  const volume = mapsIn(spec['volumes']).find((one) => one['name'] === name);
  if (volume === undefined) return `${name} (no such volume)`;
  const kind = kindOfVolume(volume);
  return kind === name || kind === '' ? name : `${name}: ${kind}`;
}

/** `ConfigMap gateway-proxy-envoy-config`, `in memory`, `token for istio-ca`. */
function kindOfVolume(volume: ValueMap): string {
  const memory = mapAt(volume, 'emptyDir')['medium'] === 'Memory';
  if ('emptyDir' in volume) return memory ? 'in memory' : 'empty at first';
  if ('configMap' in volume) return `ConfigMap ${wordOf(mapAt(volume, 'configMap')['name'])}`;
  if ('secret' in volume) return `Secret ${wordOf(mapAt(volume, 'secret')['secretName'])}`;
  const tokens = mapsIn(mapAt(volume, 'projected')['sources']).map((source) => mapAt(source, 'serviceAccountToken'));
  const audience = tokens.map((token) => wordOf(token['audience'])).find((word) => word !== '');
  if (audience !== undefined) return `token for ${audience}`;
  return Object.keys(volume).find((key) => key !== 'name') ?? '';
}

/** Truncates a text to the width of a box. */
export function shortened(text: string): string {
  return shorten(text, longest);
}

/** The Services that route to the pod. */
export function serviceNodes({ services }: PicturedProxy): PictureNode[] {
  return services.slice(0, mostBoxes).map(({ object }, index) => {
    const spec = mapAt(object, 'spec');
    const ports = mapsIn(spec['ports']).map(
      (port) => `${wordOf(port['port'])} → ${wordOf(port['targetPort'] ?? port['port'])}`,
    );
    return box(
      'outside',
      `service ${index}`,
      `Service ${shortened(nameOf(object))}`,
      [wordOf(spec['type'] ?? 'ClusterIP'), ports.join(', ')].map(shortened),
    );
  });
}

import { isTooDeep } from '../../depth.ts';
import { parseJson } from '../../helm/json.ts';
import { decodeRelease, pickRelease, type Release, readRelease, recordIn } from '../../helm/release.ts';
import type { Io } from '../../node/io.ts';
import { readText, stdinName } from '../../node/sources.ts';
import { readSide } from '../../objects/read.ts';
import { CannotDo } from '../../outcome.ts';
import { isMap, type Value, type ValueMap } from '../../value.ts';
import type { ComparedSide } from '../../verbs/compare.ts';
import type { Source } from '../../yaml/read.ts';

/** One side of a comparison, as far as it is known before the comparison. */
export interface Loaded extends ComparedSide {
  /** Helm's record, if the side is one. */
  readonly release?: Release;
}

/**
 * A file or standard input: manifests, output of kubectl or Helm, or a Helm release record in any of its forms. A
 * directory stands for all of its files.
 */
export async function loadFile(
  path: string,
  revision: number | undefined,
  io: Io,
  isRecursive = false,
): Promise<Loaded> {
  const source = await readInput(path, io, isRecursive);
  if (Array.isArray(source)) return { side: source, name: path, isWhole: true };
  return loadSource(source as Source, revision);
}

/** The same for a text that was read already. */
export function loadSource(source: Source, revision: number | undefined): Loaded {
  const release = releaseIn(source, revision);
  if (release !== undefined) return asLoaded(release);
  const { name } = source;
  if (revision !== undefined) throw new CannotDo(`${name} is not a Helm release, so it has no revision ${revision}`);
  return { side: source, name };
}

/** A release as a side: its manifest, and the hooks by which some releases create the default Gateways. */
export function asLoaded(release: Release): Loaded {
  const name = describeInstalled(release);
  const hooks = release.hooks.filter(
    (text) => /^kind: *(?:Gateway|Job)\b/m.test(text) && text.includes('gateway.solo.io/v1'),
  );
  const side: Source | Source[] =
    hooks.length === 0
      ? { name, text: release.manifest }
      : [release.manifest, ...hooks].map((text) => ({ name, text }));
  return { side, name, release };
}

/** `release gloo revision 3 (gloo 1.17.0)`. */
function describeInstalled({ name, revision, chart }: Release): string {
  return `release ${name} revision ${revision} (${chart.name} ${chart.version})`;
}

async function readInput(path: string, io: Io, isRecursive: boolean): Promise<Source | Source[]> {
  if (path === '-') return { name: stdinName, text: await io.stdin() };
  try {
    return { name: path, text: await readText(path, io) };
  } catch (error) {
    const { readDirectory } = await import('../../node/manifest-directory.ts');
    try {
      return readDirectory(path, isRecursive);
    } catch {
      throw error;
    }
  }
}

/** The releases in a text: Secrets or ConfigMaps of Helm's, the bare `data.release` of one, or a release as JSON. */
function releaseIn({ name, text }: Source, revision: number | undefined): Release | undefined {
  const start = text.trimStart();
  if (/^[A-Za-z0-9+/=\s]+$/.test(text) && start.length > 100) return decode(text, name);
  if (start.startsWith('{') && /"manifest"\s*:/.test(text)) {
    const json = asJson(text);
    if (json !== undefined && typeof json['manifest'] === 'string') return understand(() => readRelease(json), name);
  }
  if (!/helm\.sh\/release|sh\.helm\.release|owner:\s*helm|"owner":\s*"helm"/.test(text)) return undefined;
  const { objects } = readSide({ name, text }, { name, namespace: '' });
  const records = objects.flatMap(({ object }) => recordIn(object) ?? []);
  if (records.length === 0) return undefined;
  const releases = records.map((record) => decode(record, name));
  return pickRelease(releases, revision) ?? refuse(releases, revision, name);
}

/** If no record is deployed, a single record is the one that is meant. */
function refuse(releases: readonly Release[], revision: number | undefined, name: string): Release {
  const [only] = releases;
  if (revision === undefined && releases.length === 1 && only !== undefined) return only;
  throw new CannotDo(noSuchRevision(name, revision), describeRevisions(releases));
}

/** What is missing, in words. */
export function noSuchRevision(where: string, revision: number | undefined): string {
  return revision === undefined ? `${where} has no deployed revision` : `${where} has no revision ${revision}`;
}

/** The revisions that exist. */
export function describeRevisions(releases: readonly Pick<Release, 'revision' | 'status'>[]): string {
  const sorted = [...releases].sort((a, b) => a.revision - b.revision);
  return `it has ${sorted.map(({ revision, status }) => `${revision} (${status})`).join(', ')}; choose one with --revision`;
}

function asJson(text: string): ValueMap | undefined {
  try {
    const value = parseJson(text) as Value;
    return isMap(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A release in its encoded form; an error names it. */
export function decode(record: string, name: string): Release {
  return understand(() => decodeRelease(record), name);
}

function understand(read: () => Release, name: string): Release {
  try {
    const release = read();
    if (isTooDeep(release.values)) throw new Error('its values are nested too deeply');
    return release;
  } catch (error) {
    throw new CannotDo(
      `${name} does not contain a readable Helm release: ${error instanceof Error ? error.message : error}`,
      'kubectl get secret sh.helm.release.v1.NAME.vN -o yaml prints one',
    );
  }
}

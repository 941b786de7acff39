import type { Value, ValueMap } from '../value.ts';
import { parseJson } from './json.ts';

/** What Helm remembers of one revision of a release. */
export interface Release {
  readonly name: string;
  readonly namespace: string;
  readonly revision: number;
  /** `deployed`, `superseded`, `failed`, `pending-upgrade` … */
  readonly status: string;
  readonly chart: ReleasedChart;
  /** The user's own values, without the chart's defaults. */
  readonly values: ValueMap;
  /** What was installed, without hooks. */
  readonly manifest: string;
  /** The hooks: what Helm ran or created beside it. */
  readonly hooks: readonly string[];
}

/** The chart of a release, as far as the record has it: templates of the charts within it are not there. */
interface ReleasedChart {
  readonly name: string;
  readonly version: string;
  /** Its own values.yaml; for a chart with dependencies Helm has completed it by theirs. */
  readonly values: ValueMap;
  readonly dependencies: readonly ReleasedDependency[];
}

/** A chart within the chart of a release. */
interface ReleasedDependency {
  /** The key of its values: its alias, or its name. */
  readonly key: string;
  readonly name: string;
  /** The exact version if the chart was locked, else what was asked for. */
  readonly version: string;
}

/** Sixteen times what Kubernetes takes as an object; a bomb is larger. */
const maxOutputLength = 64 * 1024 * 1024;

/**
 * Helm's release record: JSON, usually compressed, in base64 once (ConfigMaps) or twice (Secrets as kubectl prints them).
 * Fails with an `Error` that says what is wrong with it.
 */
export function decodeRelease(encoded: string): Release {
  let bytes = Buffer.from(encoded.trim(), 'utf8');
  for (let layer = 0; layer < 3 && !isCompressed(bytes) && bytes[0] !== 0x7b; layer++) {
    const text = bytes.toString('latin1').replace(/\s+/g, '');
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text))
      throw new Error(layer === 0 ? 'it is not base64' : 'there is no JSON in it');
    bytes = Buffer.from(text, 'base64');
  }
  return readRelease(parse(isCompressed(bytes) ? decompress(bytes) : bytes));
}

function isCompressed(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 0x08;
}

/** With zlib Node loads all its streams, so it is not imported. */
function decompress(bytes: Uint8Array): Buffer {
  try {
    return process.getBuiltinModule('node:zlib').gunzipSync(bytes, { maxOutputLength });
  } catch (error) {
    throw new Error(`it cannot be decompressed (${error instanceof Error ? error.message : error})`);
  }
}

function parse(bytes: Buffer): unknown {
  try {
    return parseJson(bytes.toString('utf8'));
  } catch {
    throw new Error('there is no JSON in it');
  }
}

/** The parts of a release's JSON that we need; `helm` prints the same JSON with `-o json` in places. */
export function readRelease(json: unknown): Release {
  const release = record(json);
  const metadata = record(record(release?.['chart'])?.['metadata']);
  const manifest = release?.['manifest'];
  if (release === undefined || metadata === undefined || typeof manifest !== 'string') {
    throw new Error('there is JSON in it, but no Helm release');
  }
  return {
    name: text(release['name']),
    namespace: text(release['namespace']),
    revision: typeof release['version'] === 'number' ? release['version'] : 0,
    status: text(record(release['info'])?.['status']),
    chart: {
      name: text(metadata['name']),
      version: text(metadata['version']),
      values: (record(record(release['chart'])?.['values']) ?? {}) as ValueMap,
      dependencies: dependenciesIn(metadata, record(record(release['chart'])?.['lock'])),
    },
    // What comes out of JSON.parse consists of values.
    values: (record(release['config']) ?? {}) as ValueMap,
    manifest,
    hooks: (Array.isArray(release['hooks']) ? release['hooks'] : []).map((hook: unknown) =>
      text(record(hook)?.['manifest']),
    ),
  };
}

/** Helm has put aliases in place of names; the lock file has the names, and the versions that were taken. */
export function dependenciesIn(
  metadata: Readonly<Record<string, unknown>>,
  lock: Readonly<Record<string, unknown>> | undefined,
): ReleasedDependency[] {
  const mapsIn = (list: unknown): Record<string, unknown>[] =>
    (Array.isArray(list) ? list : []).map((item: unknown) => ({ ...record(item) }));
  const locked = mapsIn(lock?.['dependencies']);
  return mapsIn(metadata['dependencies']).map((dependency) => {
    const { name, alias, version, repository } = dependency;
    const key = text(alias) || text(name);
    const hasKey = (one: Readonly<Record<string, unknown>>): boolean =>
      (text(one['alias']) || text(one['name'])) === key;
    const same = locked.filter((one) => hasKey(one) || (text(alias) !== '' && one['repository'] === repository));
    const exact = same.find(hasKey) ?? (same.length === 1 ? same[0] : undefined);
    return { key, name: text(exact?.['name']) || text(name), version: text(exact?.['version']) || text(version) };
  });
}

/**
 * The encoded release in a Secret or ConfigMap in which Helm keeps one; undefined for any other object. Only the outer
 * marks are looked at, nothing is decoded.
 */
export function recordIn(object: ValueMap): string | undefined {
  const { kind, type, metadata, data, stringData } = object;
  if (kind !== 'Secret' && kind !== 'ConfigMap') return undefined;
  const labels = record(record(metadata)?.['labels']);
  const name = text(record(metadata)?.['name']);
  if (type !== 'helm.sh/release.v1' && labels?.['owner'] !== 'helm' && !name.startsWith('sh.helm.release.v1.'))
    return undefined;
  const encoded: Value | unknown = record(data)?.['release'] ?? record(stringData)?.['release'];
  return typeof encoded === 'string' ? encoded : undefined;
}

/**
 * The release that is installed: the newest revision that Helm calls deployed; or the revision that was asked for.
 * Undefined if there is none such.
 */
export function pickRelease(releases: readonly Release[], revision?: number): Release | undefined {
  const wanted = releases.filter((release) =>
    revision === undefined ? release.status === 'deployed' : release.revision === revision,
  );
  return wanted.reduce<Release | undefined>(
    (best, release) => (best === undefined || release.revision > best.revision ? release : best),
    undefined,
  );
}

function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

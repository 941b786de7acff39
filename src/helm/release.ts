import { gunzip } from '../native.ts';
import type { Value, ValueMap } from '../value.ts';
import { parseJson } from './json.ts';

/** Helm's record of one revision of a release. */
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
  /** The hooks: objects that Helm ran or created outside the manifest. */
  readonly hooks: readonly string[];
}

/** The chart of a release, as far as it is recorded: templates of its dependencies are missing. */
interface ReleasedChart {
  readonly name: string;
  readonly version: string;
  /** Its own values.yaml; for a chart with dependencies Helm has completed it with theirs. */
  readonly values: ValueMap;
  readonly dependencies: readonly ReleasedDependency[];
}

/** A dependency of the chart of a release. */
interface ReleasedDependency {
  /** The key of its values: its alias, or its name. */
  readonly key: string;
  readonly name: string;
  /** The exact version if the chart was locked, else the requested one. */
  readonly version: string;
}

/** Sixteen times the size that Kubernetes accepts for an object; a decompression bomb is larger. */
const maxOutputLength = 64 * 1024 * 1024;

/**
 * Helm's release record: JSON, usually compressed, in base64 once (ConfigMaps) or twice (Secrets as kubectl prints
 * them). Throws an `Error` that says what is wrong with it.
 */
export function decodeRelease(encoded: string): Release {
  let bytes: Uint8Array = new TextEncoder().encode(encoded.trim());
  for (let layer = 0; layer < 3 && !isCompressed(bytes) && bytes[0] !== 0x7b; layer++) {
    const text = decodeText(bytes).replace(/\s+/g, '');
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text))
      throw new Error(layer === 0 ? 'it is not base64' : 'it does not contain JSON');
    bytes = fromBase64(text);
  }
  return readRelease(parse(isCompressed(bytes) ? decompress(bytes) : bytes));
}

/** Decodes base64 as Node does: padding is optional, and an extra character is ignored. */
function fromBase64(text: string): Uint8Array {
  const digits = text.replaceAll('=', '');
  const whole = digits.length % 4 === 1 ? digits.slice(0, -1) : digits;
  return Uint8Array.from(atob(whole), (character) => character.charCodeAt(0));
}

function isCompressed(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 0x08;
}

function decompress(bytes: Uint8Array): Uint8Array {
  try {
    return gunzip(bytes, maxOutputLength);
  } catch (error) {
    throw new Error(`it cannot be decompressed (${error instanceof Error ? error.message : error})`);
  }
}

function parse(bytes: Uint8Array): unknown {
  try {
    return parseJson(decodeText(bytes));
  } catch {
    throw new Error('it does not contain JSON');
  }
}

function decodeText(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** The parts of a release's JSON that are needed; some `helm` commands print the same JSON with `-o json`. */
export function readRelease(json: unknown): Release {
  const release = record(json);
  const metadata = record(record(release?.['chart'])?.['metadata']);
  const manifest = release?.['manifest'];
  if (release === undefined || metadata === undefined || typeof manifest !== 'string') {
    throw new Error('it contains JSON, but not a Helm release');
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
    // JSON.parse returns nothing but values.
    values: (record(release['config']) ?? {}) as ValueMap,
    manifest,
    hooks: (Array.isArray(release['hooks']) ? release['hooks'] : []).map((hook: unknown) =>
      text(record(hook)?.['manifest']),
    ),
  };
}

/** Helm replaces names with aliases; the lock file has the names, and the resolved versions. */
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
 * The encoded release in a Secret or ConfigMap of Helm's; undefined for any other object. Only the object's metadata is
 * checked, nothing is decoded.
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
 * The installed release: the newest revision with the status deployed, or the requested revision. Undefined if there is
 * none.
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

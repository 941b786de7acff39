import { type IstioFeature, istioFeaturesJson, istioNotesJson } from './istio.gen.ts';

/** Major, minor and patch; prereleases of Istio behave like the version that they precede. */
export type IstioVersion = readonly [number, number, number];

export interface IstioInterval {
  readonly from: IstioVersion;
  /** Exclusive; null for an open-ended range. */
  readonly to: IstioVersion | null;
}

/** The behaviour of one version of Istio. */
export interface Istio {
  readonly version: IstioVersion;
  /** Whether this version has the behaviour; schema/istio.yaml explains each name. */
  has(feature: IstioFeature): boolean;
}

let table: Readonly<Record<IstioFeature, readonly IstioInterval[]>> | undefined;

/** The version in a string or an image tag: `1.22.3`, `v1.22.3`, `1.22.3-distroless`. Undefined for anything else. */
export function parseIstioVersion(text: unknown): IstioVersion | undefined {
  if (typeof text !== 'string') return undefined;
  const [matched, major, minor, patch] =
    /^v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})(?:[-+][\w.+-]{0,100})?$/.exec(text.trim()) ?? [];
  return matched === undefined ? undefined : [Number(major), Number(minor), Number(patch)];
}

/**
 * The version that the tag of a proxy's image shows. A line (`1.22`) counts as its first release; Istio has no other
 * major version than 1, so other tags are not its versions.
 */
export function istioVersionOfTag(tag: string | undefined): IstioVersion | undefined {
  const [, major, minor, patch] = /^v?(1)\.(\d{1,3})(?:\.(\d{1,3}))?(?![\d.])/.exec(tag ?? '') ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor), Number(patch ?? 0)];
}

export function istioOf(version: IstioVersion): Istio {
  table ??= JSON.parse(istioFeaturesJson) as Readonly<Record<IstioFeature, readonly IstioInterval[]>>;
  const intervals = table;
  return {
    version,
    has: (feature) =>
      intervals[feature].some(
        ({ from, to }) => compareIstio(version, from) >= 0 && (to === null || compareIstio(version, to) < 0),
      ),
  };
}

/** Negative when `a` is older than `b`, positive when newer, 0 when they are the same. */
export function compareIstio(a: IstioVersion, b: IstioVersion): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

/** The behaviours of Istio's versions, by name and in words. */
export function istioFeatures(): readonly { readonly name: IstioFeature; readonly what: string }[] {
  const notes = JSON.parse(istioNotesJson) as Readonly<Record<IstioFeature, string>>;
  return Object.entries(notes).map(([name, what]) => ({ name: name as IstioFeature, what }));
}

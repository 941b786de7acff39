import { hiderOf } from '../diff/secret-messages.ts';
import { jsonLine, type Printable } from '../printable.ts';
import type { Problem } from '../problem.ts';
import { inOneOrder } from '../report/json.ts';
import type { Manifest } from '../verbs/render.ts';
import type { Status } from '../verbs/verdict.ts';

/** A line of the stream about a cluster; `schema/fleet-line.schema.json` describes it. */
export interface Line {
  readonly cluster: string;
  /** The release that was used; empty if none was found. */
  readonly chartVersion: string;
  readonly status: Status;
  readonly problems: readonly Problem[];
  readonly manifests?: readonly LineManifest[];
  readonly report?: unknown;
  readonly patch?: unknown;
}

/** An object in a line, or a part of one. */
export type LineManifest = Pick<Manifest, 'name' | 'namespace' | 'proxy' | 'text' | 'object'> & {
  readonly kind: string;
};

/** For options, only the name is known, which contains what they set. */
const hider = hiderOf(new Map());

/** The line with its line break, in parts; with `asObjects` the manifests are objects rather than strings. */
export function lineOf(
  { cluster, chartVersion, status, manifests, report, patch, problems }: Line,
  asObjects: boolean,
): Printable[] {
  const printed = {
    cluster,
    ...(chartVersion === '' ? {} : { chartVersion }),
    status,
    manifests: manifests?.map((manifest) => {
      const { kind, namespace, name, proxy } = manifest;
      return { kind, namespace, name, proxy, ...(asObjects ? { object: manifest.object } : { text: manifest.text }) };
    }),
    report,
    patch,
  };
  const found = { problems: problems.map(hider.whole).map(inOneOrder) };
  // Only compared values may hold integers of --set.
  return jsonLine([printed, found], report !== undefined || patch !== undefined);
}

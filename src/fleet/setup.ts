import type { NamedText } from '../node/sources.ts';
import { defined } from '../value.ts';
import type { RequestOptions } from '../verbs/prepare.ts';
import type { Source } from '../yaml/read.ts';
import type { Override } from './layers.ts';

/** The options of the command line: for its one cluster, or for all clusters of a fleet. */
export interface Settings {
  /** The layers of the command line, beneath all others. */
  readonly sources: readonly NamedText[];
  /** The values of the charts that wrap Gloo's, from the outermost. */
  readonly wrappers?: readonly NamedText[];
  /** HELM_NAMESPACE, for clusters without a namespace of their own. */
  readonly usualNamespace?: string;
  /** The release of Helm whose rules apply to all clusters. */
  readonly helmVersion?: string;
  /** API versions that all clusters serve. */
  readonly apiVersions?: readonly string[];
  /** What the command line sets, above all others. */
  readonly override: Override;
  /** The contents of the files that its `--set-file` options name. */
  readonly setFiles: readonly NamedText[];
}

export interface FleetSettings extends Settings {
  /** The time limit for one cluster, in milliseconds. */
  readonly timeoutEach: number;
}

/** What each worker gets once; it is passed to other threads as it is. */
export interface Setup extends FleetSettings {
  /** The name of the fleet in problems. */
  readonly name: string;
  /** The folder that its file names are relative to. */
  readonly base: string;
  /** The fleet file, if there is one: its top level applies to every cluster. */
  readonly text?: Source;
  /** What only the main thread knows about the terminal. */
  readonly color: boolean;
  readonly width: number;
}

/**
 * The request for one cluster, whether it is the only one or one of many: `said` is the combined content of its layers,
 * `values` and `files` are the texts that they refer to.
 */
export function requestFor(
  { usualNamespace, helmVersion, apiVersions, wrappers = [] }: Settings,
  { sets, ...said }: Override,
  values: NonNullable<RequestOptions['values']>,
  files: ReadonlyMap<string, string>,
): RequestOptions {
  const { chartVersion, namespace, releaseName, kubeVersion, partialOf } = said;
  return {
    values,
    set: sets.set,
    setString: sets['set-string'],
    setJson: sets['set-json'],
    setFile: sets['set-file'],
    setLiteral: sets['set-literal'],
    files,
    ...defined({
      chartVersion,
      namespace,
      usualNamespace,
      releaseName,
      helmVersion,
      kubeVersion,
      apiVersions,
      partialOf,
    }),
    ...(wrappers.length === 0 ? {} : { wrapperValues: wrappers }),
  };
}

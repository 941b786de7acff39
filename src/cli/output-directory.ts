import { withoutSlashes } from '../fleet/paths.ts';
import { CannotDo } from '../outcome.ts';

/** Rejects an empty name for the output directory. */
export function refuseUnnamed(directory: string | undefined): void {
  if (directory === '') throw new CannotDo('--output-dir got an empty name', 'is a shell variable unset?');
}

/** The directory for the files of every cluster, if there is to be one. */
export function fleetDirectory(args: { readonly 'output-dir'?: string | undefined }): string | undefined {
  const directory = args['output-dir'];
  refuseUnnamed(directory);
  return directory === undefined ? undefined : withoutSlashes(directory);
}

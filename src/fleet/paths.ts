/** A file that the fleet names, from where the command was started; `base` is the folder of the fleet, empty for the current one. */
export function resolveIn(base: string, path: string): string {
  const isAbsolute = /^(?:[/\\]|[A-Za-z]:[\\/])/.test(path);
  return base === '' || isAbsolute ? path : `${base.replace(/[\\/]+$/, '')}/${path}`;
}

/** The folder that a file is in; empty for the current one. */
export function folderOf(path: string): string {
  return /^(.*[\\/])[^\\/]*$/.exec(path)?.[1] ?? '';
}

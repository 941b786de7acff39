import manifest from '../../package.json' with { type: 'json' };

/** The version of glistio itself. */
export const version: string = manifest.version;

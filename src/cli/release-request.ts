import type { RenderOptions } from '../render.ts';
import type { Args } from './command.ts';
import type { Io } from './io.ts';
import type { chartOptions, valuesOptions } from './options.ts';
import { readSources } from './sources.ts';

export interface ReleaseRequest {
  /** What the library is asked with. */
  readonly options: RenderOptions;
  /** The texts that were read, by the name under which problems speak of them. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Turns the options that render, validate and diff share into what the library takes, and reads the files they name. */
export async function readReleaseRequest(
  args: Args<typeof valuesOptions & typeof chartOptions>,
  io: Io,
): Promise<ReleaseRequest> {
  const sources = await readSources(args.values, io);
  const options: RenderOptions = {
    values: sources,
    set: args.set,
    setString: args['set-string'],
    setJson: args['set-json'],
    setLiteral: args['set-literal'],
    namespace: args.namespace,
    releaseName: args['release-name'],
    ...(args['chart-version'] === undefined ? {} : { chartVersion: args['chart-version'] }),
  };
  return { options, texts: new Map(sources.map(({ name, text }) => [name, text])) };
}

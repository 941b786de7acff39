import type { Release } from '../../helm/release.ts';
import { filesOfSetArgument } from '../../helm/set.ts';
import { refuseSecondStdin, splitList, stdinName } from '../../node/sources.ts';
import { CannotDo } from '../../outcome.ts';
import { defined } from '../../value.ts';
import type { Context } from '../command.ts';
import { type ReleaseRequest, readReleaseRequest } from '../release-request.ts';
import type { RenderArgs } from '../render-options.ts';
import { readInstalled } from './cluster.ts';
import { loadFile } from './load.ts';
import { completedBy } from './rendering.ts';
import { revisionOf } from './spec.ts';

/** What Helm's record says was installed, with the user's own options on top, as a request to render. */
export async function readFromRelease(args: RenderArgs, context: Context): Promise<ReleaseRequest> {
  const files = [...args.values.flatMap(splitList), ...args['set-file'].flatMap(filesOfSetArgument)];
  refuseSecondStdin([args.installed ?? '', ...files]);
  const revision = args.revision === undefined ? undefined : revisionOf(args.revision);
  const release =
    args.installed === undefined
      ? await readInstalled(defined({ name: args['release-name'] ?? 'gloo', revision }), args, context)
      : await readRecord(args.installed, revision, context);
  return completedBy(await readReleaseRequest(args, context.io), release, true);
}

async function readRecord(
  path: string,
  revision: number | undefined,
  { io, note }: Pick<Context, 'io' | 'note'>,
): Promise<Release> {
  const { name, release } = await loadFile(path, revision, io);
  const shown = path === '-' ? stdinName : path;
  if (release === undefined) {
    throw new CannotDo(
      `${shown} does not contain a Helm release, so there are no values to read`,
      'kubectl get secret sh.helm.release.v1.NAME.vN -o yaml prints one',
    );
  }
  note(`${shown}: ${name}, ${release.status}`);
  return release;
}

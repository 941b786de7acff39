import { filesOfSetArgument } from '../../helm/set.ts';
import { refuseSecondStdin, splitList, stdinName } from '../../node/sources.ts';
import { CannotDo } from '../../outcome.ts';
import { defined } from '../../value.ts';
import type { Context } from '../command.ts';
import { type ReleaseRequest, readReleaseRequest } from '../release-request.ts';
import type { RenderArgs } from '../render-options.ts';
import type { RecordArgs } from './cluster.ts';
import { asLoaded, type Loaded, loadFile } from './load.ts';
import { completedBy } from './rendering.ts';
import { revisionOf } from './spec.ts';

/** What Helm's record says was installed, with the user's own options on top, as a request to render. */
export async function readFromRelease(args: RenderArgs, context: Context): Promise<ReleaseRequest> {
  const files = [...args.values.flatMap(splitList), ...args['set-file'].flatMap(filesOfSetArgument)];
  refuseSecondStdin([args.installed ?? '', ...files]);
  const { release } = await loadInstalled(args, context);
  if (release === undefined)
    throw new CannotDo(
      `${args.installed === '-' ? stdinName : args.installed} does not contain a Helm release, so there are no values to read`,
      'kubectl get secret sh.helm.release.v1.NAME.vN -o yaml prints one',
    );
  return completedBy(await readReleaseRequest(args, context.io), release, true);
}

/** What `--installed` names, else Helm's record in the cluster. */
export async function loadInstalled(
  args: RecordArgs & { readonly installed: string | undefined; readonly revision: string | undefined },
  context: Pick<Context, 'io' | 'note'>,
): Promise<Loaded> {
  const revision = revisionOf(args.revision);
  if (args.installed === undefined) {
    // The client is only loaded to access a cluster.
    const { readInstalled } = await import('./cluster.ts');
    return asLoaded(await readInstalled(defined({ name: args['release-name'] ?? 'gloo', revision }), args, context));
  }
  const loaded = await loadFile(args.installed, revision, context.io);
  const shown = args.installed === '-' ? stdinName : args.installed;
  if (loaded.release !== undefined) context.note(`${shown}: ${loaded.name}, ${loaded.release.status}`);
  return loaded;
}

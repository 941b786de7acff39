import { readFleet } from '../../fleet/document.ts';
import { openFolder } from '../../fleet/open-folder.ts';
import { folderOf } from '../../fleet/paths.ts';
import { type ClusterRequest, Requests } from '../../fleet/request.ts';
import { isFolder } from '../../node/folders.ts';
import { type FilesAt, filesAt } from '../../node/git.ts';
import type { Io } from '../../node/io.ts';
import { readText, splitList } from '../../node/sources.ts';
import { CannotDo, codeOf } from '../../outcome.ts';
import { hasErrors } from '../../problem.ts';
import type { Context } from '../command.ts';
import { type KubeSources, readKubeObjects } from '../kube-objects.ts';
import { asListItem, namesValues, readReleaseRequest, readSettings, refuseImpossible } from '../release-request.ts';
import type { Loaded } from './load.ts';
import type { DiffArgs } from './options.ts';
import { renderSide } from './rendering.ts';

/** The files at the revision that `--against` names. */
function revisionAt(against: string): FilesAt {
  const [, revision] = /^git:(.+)$/s.exec(against) ?? [];
  if (revision === undefined)
    throw new CannotDo(`--against cannot be "${against}"`, 'git:REVISION, such as git:origin/main or git:HEAD~1');
  try {
    return filesAt(revision);
  } catch (error) {
    const isMissing = codeOf(error) === 'ENOENT';
    throw new CannotDo(
      isMissing ? 'git is not installed' : `this repository does not have the revision ${revision}`,
      isMissing ? '--against git:… needs it' : 'fetch it first: a shallow clone has one commit',
    );
  }
}

/** An `Io` that reads files at a revision. */
function ioAt({ readFile }: FilesAt, io: Io): Io {
  return Object.assign(Object.create(io) as Io, { readFile });
}

/** The same files with `?` in front, because a file that is new does not exist at the revision. */
function maybeMissing(args: DiffArgs): DiffArgs {
  const names = args.values.flatMap(splitList);
  return { ...args, values: names.map((name) => asListItem(/^(?:-$|\?)/.test(name) ? name : `?${name}`)) };
}

/** The objects of `--gateway` and `--parameters` at the revision; new files are left out, and stdin and the cluster are read as they are. */
async function kubeAt(files: FilesAt, args: DiffArgs, io: Io): Promise<KubeSources | undefined> {
  const found = await readKubeObjects(args, { io }, async (name) => {
    const paths = files.filesIn(name) ?? [name];
    const texts = await Promise.all(paths.map(async (path) => ({ name: path, text: await readIfThere(path, files) })));
    return texts.flatMap(({ name: path, text }) => (text === undefined ? [] : [{ name: path, text }]));
  });
  return found === undefined || found.input.gateways.length === 0 ? undefined : found;
}

async function readIfThere(path: string, files: FilesAt): Promise<string | undefined> {
  try {
    return await files.readFile(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new CannotDo(error instanceof Error ? error.message : String(error));
  }
}

/** The rendering of the files at the revision. */
export async function loadAgainst(against: string, args: DiffArgs, context: Context): Promise<Loaded> {
  const files = revisionAt(against);
  const request = await readReleaseRequest(maybeMissing(args), ioAt(files, context.io));
  if (namesValues(args) && request.texts.size === 0)
    context.note(`none of these files exists at ${against}: compared with the chart's defaults`);
  const rendered = renderSide(request, undefined, { kube: (await kubeAt(files, args, context.io))?.input });
  refuseImpossible(rendered.problems);
  if (rendered.status !== 'ok') {
    context.report(rendered.problems, rendered.texts);
    throw new CannotDo(`the values at ${against} cannot be rendered`, 'see the problems above');
  }
  return { ...rendered, name: against };
}

/** The clusters of a fleet at the revision, by name. */
export interface FleetAt {
  readonly names: readonly string[];
  /** The objects of `--gateway` and `--parameters`, for all clusters. */
  readonly kube: KubeSources | undefined;
  of(label: string): Promise<ClusterRequest | undefined>;
}

/** Reads the fleet file of `--fleet` at the revision that `--against` names. */
export async function fleetAt(against: string, args: DiffArgs, given: Io): Promise<FleetAt> {
  const files = revisionAt(against);
  const io = ioAt(files, given);
  const { fleet: path = '' } = args;
  const file = isFolder(path) ? openFolder(path) : path;
  if (typeof file !== 'string' || !/\.(?:ya?ml|json)$/.test(file))
    throw new CannotDo(
      '--against needs a fleet file of YAML or JSON',
      'JSON lines and folders cannot be read at a revision',
    );
  const source = { name: file, text: await readText(file, io) };
  const document = readFleet(source);
  if (hasErrors(document.problems)) throw new CannotDo(`${file} cannot be read at ${against}`);
  const settings = { ...(await readSettings(maybeMissing(args), io)), timeoutEach: 30_000 };
  const setup = { ...settings, name: file, base: folderOf(file), text: source, color: false, width: 80 };
  const requests = new Requests(setup, (name) => io.readFile(name));
  const names = Array.from({ length: document.count }, (_, index) => document.cluster(index).cluster.name);
  return {
    names,
    kube: await kubeAt(files, args, given),
    async of(label) {
      const position = names.indexOf(label);
      if (position < 0) return undefined;
      return await requests.of({ position, label, isNamed: true, entry: { kind: 'listed' } });
    },
  };
}

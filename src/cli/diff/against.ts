import { readFleet } from '../../fleet/document.ts';
import { openFolder } from '../../fleet/open-folder.ts';
import { folderOf } from '../../fleet/paths.ts';
import { type ClusterRequest, Requests } from '../../fleet/request.ts';
import { isFolder } from '../../node/folders.ts';
import { type FilesAt, filesAt, isInRepository } from '../../node/git.ts';
import type { Io } from '../../node/io.ts';
import { readText, splitList } from '../../node/sources.ts';
import { CannotDo, codeOf } from '../../outcome.ts';
import { hasErrors } from '../../problem.ts';
import type { Context } from '../command.ts';
import { type KubeSources, readKubeObjects } from '../kube-objects.ts';
import { asListItem, readReleaseRequest, readSettings, refuseImpossible } from '../release-request.ts';
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
    if (codeOf(error) === 'ENOENT') throw new CannotDo('git is not installed', '--against git:… needs it');
    if (!isInRepository())
      throw new CannotDo('the working directory is not in a git repository', '--against git:… reads files from one');
    throw new CannotDo(
      `this repository does not have the revision ${revision}`,
      'fetch it first: a shallow clone has one commit',
    );
  }
}

/** An `Io` that reads files at a revision. */
function ioAt({ readFile }: FilesAt, io: Io): Io {
  return Object.assign(Object.create(io) as Io, { readFile });
}

/** The path of a file at the revision; undefined if it is new. */
function pathAt(files: FilesAt, path: string): string | undefined {
  try {
    return files.formerPath(path);
  } catch (error) {
    throw new CannotDo(error instanceof Error ? error.message : String(error));
  }
}

/** The same files by their names at the revision, with `?` in front of new ones, which do not exist there. */
function argsAt(files: FilesAt, args: DiffArgs, note: Context['note']): DiffArgs {
  const nameAt = (given: string): string => {
    const name = given.replace(/^\?/, '');
    if (name === '-') return given;
    const former = pathAt(files, name);
    if (former === undefined) note(`${name} does not exist at ${args.against}, and counts as empty there`);
    else if (former !== name) note(`${name} is ${former} at ${args.against}`);
    return `?${former ?? name}`;
  };
  return { ...args, values: args.values.flatMap(splitList).map((name) => asListItem(nameAt(name))) };
}

/** The objects of `--gateway` and `--parameters` at the revision; new files are left out, and stdin and the cluster are read as they are. */
async function kubeAt(files: FilesAt, args: DiffArgs, io: Io): Promise<KubeSources | undefined> {
  const found = await readKubeObjects(args, { io }, async (name) => {
    const paths = files.filesIn(name) ?? [pathAt(files, name) ?? name];
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
  const read = [...args.values.flatMap(splitList), ...args['set-file'], ...args.gateway, ...args.parameters];
  // Both sides would be the same, whatever was changed.
  if (read.every((name) => name === '-'))
    throw new CannotDo('--against has no file to read at the revision', 'name the files of values with -f');
  const files = revisionAt(against);
  const request = await readReleaseRequest(argsAt(files, args, context.note), ioAt(files, context.io));
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
export async function fleetAt(
  against: string,
  args: DiffArgs,
  { io: given, note }: Pick<Context, 'io' | 'note'>,
): Promise<FleetAt> {
  const files = revisionAt(against);
  const io = ioAt(files, given);
  const { fleet: path = '' } = args;
  const file = isFolder(path) ? openFolder(path) : path;
  if (typeof file !== 'string' || !/\.(?:ya?ml|json)$/.test(file))
    throw new CannotDo(
      '--against needs a fleet file of YAML or JSON',
      'JSON lines and folders cannot be read at a revision',
    );
  const name = pathAt(files, file) ?? file;
  const source = { name, text: await readText(name, io) };
  const document = readFleet(source);
  if (hasErrors(document.problems)) throw new CannotDo(`${file} cannot be read at ${against}`);
  const settings = { ...(await readSettings(argsAt(files, args, note), io)), timeoutEach: 30_000 };
  const setup = { ...settings, name, base: folderOf(name), text: source, color: false, width: 80 };
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

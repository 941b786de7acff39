/** The candidates for each kind of value that an option or argument can take. */
import type { Io } from '../node/io.ts';
import type { Option } from './command.ts';

/** A candidate and its description. */
export interface Candidate {
  readonly word: string;
  readonly summary?: string;
  /** Whether the word may continue, so that the shell must not add a space. */
  readonly isUnfinished?: boolean;
}

type Kind = Exclude<Option['completes'], 'file' | 'directory' | undefined>;

/** All candidates of a kind, or those below the typed path; none after a failure, because a shell shows no errors. */
export async function candidatesOf(
  kind: Kind,
  current: string,
  given: ReadonlyMap<string, string>,
  io: Io,
): Promise<readonly Candidate[]> {
  try {
    return await sources[kind](current, given, io);
  } catch {
    return [];
  }
}

type Find = (current: string, given: ReadonlyMap<string, string>, io: Io) => Promise<Candidate[]>;

const sources: Readonly<Record<Kind, Find>> = {
  async release() {
    const { isStable, releases } = await import('../chart/releases.ts');
    // Newest first, and releases before pre-releases.
    const all = releases.toReversed();
    return [...all.filter(isStable), ...all.filter((release) => !isStable(release))].map((word) => ({ word }));
  },
  code: codesInList,
  async failing(current) {
    const { codeClasses } = await import('../rules/classes.ts');
    const words = ['error', 'warning', 'info', ...codeClasses].map((word) => ({ word }));
    // There are too many codes to list them all.
    return /(?:^|,)$/.test(current)
      ? inList(current, words)
      : [...inList(current, words), ...(await codesInList(current))];
  },
  async report() {
    const { problemFormats } = await import('./validate-options.ts');
    return problemFormats.map((format) => ({ word: `${format}=`, isUnfinished: true }));
  },
  value: valuesBelow,
  async setting(current, given) {
    if (current.includes('=')) return [];
    const found = await valuesBelow(current, given);
    return found.map((one) => (one.isUnfinished ? one : { ...one, word: `${one.word}=`, isUnfinished: true }));
  },
  async context(_, given, io) {
    const { contextNames } = await import('../cluster/kubeconfig.ts');
    const { connectionOf } = await import('./cluster-access.ts');
    return contextNames(connectionOf(whichCluster(given), io.env)).map((word) => ({ word }));
  },
  async namespace(_, given, io) {
    const { asking } = await import('./cluster-access.ts');
    const list = await asking(whichCluster(given), { io }, (cluster) => cluster.get('/api/v1/namespaces?limit=500'));
    const { mapAt, mapsIn, wordOf } = await import('../value.ts');
    return mapsIn(list?.['items']).map((item) => ({ word: wordOf(mapAt(item, 'metadata')['name']) }));
  },
};

async function codesInList(current: string): Promise<Candidate[]> {
  const { codes, summaryOf } = await import('../rules/codes.ts');
  return inList(
    current,
    [...codes].map((word) => ({ word, summary: summaryOf(word) })),
  );
}

/** The candidates after the items that a list already has. */
function inList(current: string, candidates: readonly Candidate[]): Candidate[] {
  const start = current.slice(0, current.lastIndexOf(',') + 1);
  return candidates.map((one) => ({ ...one, word: `${start}${one.word}` }));
}

/** A user who presses Tab waits for one second, not for ten. */
function whichCluster(given: ReadonlyMap<string, string>) {
  return {
    kubeconfig: given.get('kubeconfig'),
    context: given.get('context'),
    'kube-context': given.get('kube-context'),
    timeout: '2s',
  };
}

/** The values in the map that the typed path ends in. */
async function valuesBelow(current: string, given: ReadonlyMap<string, string>): Promise<Candidate[]> {
  const { chartOf } = await import('../chart/chart.ts');
  const { findRelease, newestRelease } = await import('../chart/releases.ts');
  const { explainTop, explainValue } = await import('../schema/explain.ts');
  const { parsePath } = await import('../problem.ts');
  const asked = findRelease(given.get('chart-version') ?? newestRelease);
  const chart = chartOf(typeof asked === 'string' ? asked : newestRelease);
  const parent = current.slice(0, current.lastIndexOf('.') + 1);
  const below = explainValue(parsePath(parent.slice(0, -1)), chart)?.keys ?? [];
  const keys = parent === '' ? explainTop(chart).map(({ path, ...rest }) => ({ key: path, ...rest })) : below;
  return keys.map(({ key, type, what }) => {
    const hasKeys = (explainValue(parsePath(`${parent}${key}`), chart)?.keys ?? []).length > 0;
    const summary = what ?? type;
    return hasKeys ? { word: `${parent}${key}.`, summary, isUnfinished: true } : { word: `${parent}${key}`, summary };
  });
}

/**
 * glistio's output for every case in every class of releases, stored in the project as digests: it proves parity if the
 * recorded answers are not available, and fixes what deviates from them everywhere. scripts/oracle-record.ts writes it.
 *
 * `class` lists a class of releases, `objects` the digests in the order in which the cases number them, `case` one
 * case: its pins for the classes in order, with equal ones combined as one with `*` and a count. A pin is who rejects
 * the chart's own objects (H Helm, A the API server, E Envoy), `~` if glistio deviates from the chart, and the objects,
 * joined with `+` (`.` for none), or `-` and a digest of what was rejected.
 */
import type { ReleaseClass, Verdict } from './suite.ts';

export interface Pin {
  readonly verdicts: readonly Verdict[];
  readonly deviates: boolean;
  /** From outcomeKey(). */
  readonly key: string;
}

export interface Pins {
  readonly classes: readonly ReleaseClass[];
  /** A pin for each class, by case. */
  readonly cases: ReadonlyMap<string, readonly Pin[]>;
}

const letters = { helm: 'H', apiServer: 'A', envoy: 'E' } as const satisfies Record<Verdict, string>;
const perLine = 16;

export function formatPins({ classes, cases }: Pins): string {
  const numbers = new Map<string, string>();
  const short = (digest: string): string => {
    const known = numbers.get(digest);
    if (known !== undefined) return known;
    const number = numbers.size.toString(36);
    numbers.set(digest, number);
    return number;
  };
  const format = ({ verdicts, deviates, key }: Pin): string =>
    `${verdicts.map((verdict) => letters[verdict]).join('')}${deviates ? '~' : ''}${key === '' ? '.' : key.replace(/[\w-]{10}(?=\+|$)/g, short)}`;
  const rows = [...cases].map(([id, pins]) => `case ${id}\t${runLengths(pins.map(format)).join(' ')}\n`);
  const digests = [...numbers.keys()];
  const lines: string[] = [];
  for (let i = 0; i < digests.length; i += perLine) lines.push(`objects ${digests.slice(i, i + perLine).join(' ')}\n`);
  return [...classes.map(({ same }) => `class ${same.join(' ')}\n`), ...lines, ...rows].join('');
}

function runLengths(words: readonly string[]): string[] {
  const runs: { word: string; count: number }[] = [];
  for (const word of words) {
    const last = runs.at(-1);
    if (last?.word === word) last.count++;
    else runs.push({ word, count: 1 });
  }
  return runs.map(({ word, count }) => (count === 1 ? word : `${word}*${count}`));
}

export function parsePins(text: string): Pins {
  const classes: ReleaseClass[] = [];
  const digests: string[] = [];
  const cases = new Map<string, readonly Pin[]>();
  const long = (number: string): string => {
    const digest = digests[Number.parseInt(number, 36)];
    if (digest === undefined) throw new Error(`the kept digests have no object ${number}`);
    return digest;
  };
  const parsePin = (word: string): Pin => {
    const [, flags = '', deviates = '', key = ''] = /^([HAE]*)(~?)(.*)$/.exec(word) ?? [];
    const verdicts = (Object.keys(letters) as Verdict[]).filter((verdict) => flags.includes(letters[verdict]));
    return { verdicts, deviates: deviates !== '', key: key === '.' ? '' : key.replace(/[0-9a-z]+/g, long) };
  };
  for (const line of text.split('\n')) {
    const [, kind, rest = ''] = /^(\w+) (.*)$/.exec(line) ?? [];
    if (kind === 'class') {
      const same = rest.split(' ');
      classes.push({ release: same[0] ?? '', same });
    } else if (kind === 'objects') {
      digests.push(...rest.split(' '));
    } else if (kind === 'case') {
      const [id = '', runs = ''] = rest.split('\t');
      cases.set(
        id,
        runs.split(' ').flatMap((run) => repeated(run, parsePin)),
      );
    }
  }
  return { classes, cases };
}

function repeated(run: string, parsePin: (word: string) => Pin): Pin[] {
  const [word = '', count = '1'] = run.split('*');
  return new Array<Pin>(Number(count)).fill(parsePin(word));
}

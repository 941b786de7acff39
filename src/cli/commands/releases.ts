import { CannotDo } from '../../outcome.ts';
import { json, shown } from '../../printable.ts';
import { defineCommand } from '../command.ts';
import { answerOption } from '../options.ts';

export const releasesCommand = defineCommand({
  name: 'releases',
  summary: "List the releases of Gloo's chart; for one release, what it does and what is new in it",
  positionals: [
    { name: 'range', summary: 'A release, a line (1.17) or a range (^1.20)', optional: true, completes: 'release' },
  ],
  options: { output: answerOption },
  readsSettings: false,
  examples: {
    'glistio releases': 'All releases that glistio knows, oldest first',
    'glistio releases 1.17': 'The releases of one line',
    'glistio releases 1.17.4': 'What the chart of one release does, and what is new in it',
  },
  async run({ output }, { io, positionals: [asked] }) {
    const { releasesIn } = await import('../../chart/releases.ts');
    const found = releasesIn(asked ?? '*');
    if ('message' in found) throw new CannotDo(found.message, found.hint);
    const [only] = found;
    if (found.length > 1 || only === undefined || asked === undefined) {
      io.stdout(output === 'json' ? json(found) : shown`${found.map((release) => shown`${release}\n`)}`);
      return 'done';
    }
    const [{ describeRelease }, { releaseText }] = await Promise.all([
      import('../../schema/changes.ts'),
      import('../../report/releases.ts'),
    ]);
    const description = describeRelease(only);
    io.stdout(output === 'json' ? json(description) : releaseText(description));
    return 'done';
  },
});

export const releasesDiff = defineCommand({
  name: 'releases diff',
  summary: 'Show what changes for the gateway proxies between two releases: features, defaults, values',
  positionals: [
    { name: 'from', summary: 'The current release', completes: 'release' },
    { name: 'to', summary: 'The new release', completes: 'release' },
  ],
  options: { output: answerOption },
  readsSettings: false,
  examples: { 'glistio releases diff 1.17.3 1.22': 'What an upgrade changes' },
  async run({ output }, { io, note, positionals }) {
    const [{ findRelease }, { compareReleases }, { changesText }] = await Promise.all([
      import('../../chart/releases.ts'),
      import('../../schema/changes.ts'),
      import('../../report/releases.ts'),
    ]);
    const [from, to] = positionals.map((asked) => {
      const found = findRelease(asked);
      if (typeof found !== 'string') throw new CannotDo(found.message, found.hint);
      if (found !== asked.replace(/^v/, '')) note(`${asked}: ${found}`);
      return found;
    });
    const changes = compareReleases(from ?? '', to ?? '');
    io.stdout(output === 'json' ? json(changes) : changesText(changes));
    return 'done';
  },
});

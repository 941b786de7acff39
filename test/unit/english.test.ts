/** Words that read like a translation, and what the field says in their place: in comments, messages and pages. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

/** Each was cleared everywhere once; a new one is written better than it is excused. */
const words: readonly (readonly [word: RegExp, better: string])[] = [
  [/\bnobody\b/i, 'no user, no reader, nothing; or the passive: "is not known"'],
  [/\btruth values?\b/i, 'boolean'],
  [/\b[Gg]ives (?:a function|how many|the results?|whether|true|false|undefined)\b/, 'returns'],
  [/\binformations\b|\badvices\b|\bsoftwares\b/i, 'the singular: these have no plural'],
  [/\bactual(?:ly)? valid\b|\beventual(?:ly)? errors?\b/i, 'current, possible'],
  [/\bcan not\b(?! only)/i, 'cannot'],
];

/** Text that is data, or that quotes another program: a name, a user, what Kubernetes itself says. */
const quoted = [/'nobody' : `user/, /--user nobody|the user nobody/];

const pages = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...filesIn('docs', '.md'),
  ...filesIn('examples', '.md'),
];
const sources = [...filesIn('src', '.ts'), ...filesIn('scripts', '.ts')].filter((name) => !/\.gen\.ts$/.test(name));

function filesIn(folder: string, end: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((name) => name.endsWith(end) && !name.includes('node_modules'));
}

test('comments, messages and pages speak as the field does', () => {
  const found = [...pages, ...sources].flatMap((name) =>
    readFileSync(name, 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        quoted.some((one) => one.test(line))
          ? []
          : words
              .filter(([word]) => word.test(line))
              .map(([, better]) => `${name}:${index + 1}: ${line.trim()} (${better})`),
      ),
  );
  assert.deepEqual(found, []);
});

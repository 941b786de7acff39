/**
 * Phrases that read like a translation, and what the field says instead: in comments, messages, test titles, schema
 * texts and pages.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseSync } from 'rolldown/utils';

/** Each was removed everywhere once; rewrite a new one instead of adding an exception. */
const words: readonly (readonly [word: RegExp, better: string])[] = [
  [/\bnobody\b/i, 'no user, no reader, nothing; or the passive: "is not known"'],
  [/\b(?:some|any|every)body\b/i, 'the user, someone else, anyone; or the passive: "was changed"'],
  [/\bwhoever\b/i, 'the caller, the tool that …, anyone who …'],
  [/\btruth values?\b/i, 'boolean'],
  [/\bwhole numbers?\b/i, 'integer'],
  [/\bthe text "/, 'the string "'],
  [/\b[Gg]ives (?:a function|how many|the results?|whether|true|false|undefined)\b/, 'returns'],
  [/\binformations\b|\badvices\b|\bsoftwares\b/i, 'the singular: these have no plural'],
  [/\bactual(?:ly)? valid\b|\beventual(?:ly)? errors?\b/i, 'current, possible'],
  [/\bcan not\b(?! only)/i, 'cannot'],
  [/(?<!\bthere )\b(?:is|are) no (?!longer\b|more\b|way\b|help\b|failure\b)[a-z]/i, 'is not a …'],
  [/(?<!\bthere )\b(?:is|are) none\b(?! of)/i, 'is not one, does not exist'],
  [/\b(?:is|are) told\b/, 'is reported, gets, is configured with'],
  [/\bputs? back\b/i, 'restored, undone'],
  [/\bfor ever\b/i, 'forever'],
  [/\bwithout a word\b/, 'silently'],
  [/\bgives? way\b/i, 'is overridden, is replaced'],
  [/\bnothing says\b/i, 'it is not known'],
  [/\bwritten anew\b/i, 'rewritten'],
  [/\bstrangers?\b/i, 'untrusted'],
  [/\bgone since\b/i, 'removed in'],
  [/\bmust not stand\b/i, 'is not allowed in'],
  [/\bno use any more\b|\bas a rule\b/i, 'usually'],
  [/\bhas it mended\b|\bmends?\b(?! way)/i, 'fixed in, correct'],
  [/\bwhat comes (?:out )?of\b/i, 'the result of'],
  [/\bsays? (?:nothing )?of\b/, 'reports about, says about'],
  [/\b(?:nothing|what) is said\b/i, 'nothing is reported, the message'],
  [/\btak(?:es?|en) (?:it |them |this |that )?for (?!granted|long|the same)/, 'mistaken for, treated as'],
  [/\banew\b/i, 'again, re-'],
  [/\bas \w+ has (?:it|them)[.,:;]/i, 'as in'],
  [/\bmakes? of (?:it|them|these|a|values|objects)\b/, 'the result of, does with'],
  [/\bwhat (?:becomes|became|will become) of\b/i, 'the result, what happens to'],
  [/\btells? of\b/i, 'reports'],
  [/(?<!\blast |\bnext )\bbut for (?!the case)/, 'except for'],
  [/\bbe it\b/, 'whether … or'],
  [/\bgrave(?:st|r)\b/, 'more severe, worst'],
  [/\bin the place of\b/, 'instead of'],
  [/\ball the same\b/, 'nevertheless, anyway'],
  [/\bhand(?:s|ed)? on\b/, 'pass on'],
  [/\bwhere there is (?:one|none)\b/, 'if there is one'],
  [/\bno word of\b|\bits word on\b/, 'does not mention, its verdict on'],
  [/\bput together\b/, 'built, concatenated'],
  [/(?:^|[.;:] )Who [a-z]+s\b/, 'a user who …, anyone who …'],
  [/\bin a (?:room|process|folder|repository) of (?:its|their) own\b/, 'in a separate …'],
  [/\bstands? against\b/, 'overrides, disables'],
  [/\bno problem with the code\b/, 'there is no code …'],
  [/\bno kubelet\b/, 'the kubelet cannot …'],
  [/\bto judge\b/, 'to check'],
  [/\bunless told otherwise\b/, 'unless configured otherwise'],
  [/\bis asked about\b/, 'is checked, is requested'],
];

/** Text that is data, or that quotes another program: a name, a user, a Kubernetes message. */
const quoted = [/^nobody$|the user nobody|proxy[=: ]+nobody/];

interface Passage {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

const filesIn = (folder: string, end: RegExp): string[] =>
  readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((name) => end.test(name) && !/node_modules|\.gen\.|site\/dist/.test(name))
    .sort();

const pages = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'action.yml'],
  ...['docs', 'examples', 'ci', 'packaging'].flatMap((folder) => filesIn(folder, /\.(?:md|yml|sh)$/)),
  ...filesIn('schema', /\.yaml$/),
];
const folders = ['src', 'scripts', 'site', 'bench', 'editors', 'test'];
const sources = folders.flatMap((folder) => filesIn(folder, /\.(?:tsx?|mjs)$/));

function passagesOfPage(file: string): Passage[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((text, index) => ({ file, line: index + 1, text }));
}

/**
 * Comments, each as one passage without line breaks, and the text of string literals and templates, found by a parser.
 */
function passagesOfSource(file: string): Passage[] {
  const text = readFileSync(file, 'utf8');
  const { program, comments } = parseSync(file, text);
  const found: Passage[] = [];
  const add = (start: number, words: string): void => {
    found.push({ file, line: text.slice(0, start).split('\n').length, text: words });
  };
  for (const { value, start } of comments) add(start, value.replace(/\s*\n\s*\*?\s*/g, ' '));
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, value, start, callee, arguments: given } = node as Readonly<Record<string, unknown>>;
    if (file.startsWith('test') && type === 'CallExpression' && (callee as { name?: unknown }).name === 'test') {
      const title = (given as readonly { value?: unknown }[])[0]?.value;
      if (typeof title === 'string') add(Number(start), title);
    }
    if (!file.startsWith('test') && type === 'Literal' && typeof value === 'string') add(Number(start), value);
    if (!file.startsWith('test') && type === 'TemplateElement')
      add(Number(start), (value as { cooked: string }).cooked);
    if (type === 'JSXText' && typeof value === 'string') add(Number(start), value);
    for (const inner of Object.values(node)) visit(inner);
  };
  visit(program);
  return found;
}

const faultsOf = (passages: readonly Passage[]): string[] =>
  passages
    .filter(({ text }) => !quoted.some((one) => one.test(text)))
    .flatMap(({ file, line, text }) =>
      words.flatMap(([word, better]) => {
        const match = word.exec(text)?.[0];
        return match === undefined ? [] : [`${file}:${line}: "${match}" (${better}): ${text.trim().slice(0, 140)}`];
      }),
    );

test('comments, messages and pages speak as the field does', () => {
  const passages = [...pages.flatMap(passagesOfPage), ...sources.flatMap(passagesOfSource)];
  assert.ok(passages.length > 10_000, `only ${passages.length} passages were found`);
  const faults = faultsOf(passages);
  assert.equal(faults.length, 0, faults.join('\n'));
});

test('every pattern finds what it is for', () => {
  const bad = [
    'read by nobody',
    'somebody',
    'whoever',
    'the whole number 1',
    'it is no string',
    'is none',
    'without a word',
    'what comes of it',
    'taken for a name',
    'all but for these',
    'Who reads it',
  ];
  for (const text of bad) assert.equal(faultsOf([{ file: 'f', line: 1, text }]).length, 1, text);
  for (const text of ['there is no such file', 'is no longer read', 'if there is none'])
    assert.deepEqual(faultsOf([{ file: 'f', line: 1, text }]), []);
});

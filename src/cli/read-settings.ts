import type { NamedText } from '../node/sources.ts';
import { CannotDo } from '../outcome.ts';
import { lines, type Printable } from '../printable.ts';
import { formatPath, type Path, type Problem, type Severity } from '../problem.ts';
import { ruleOf } from '../rules/all.ts';
import { type CodeClass, codeClasses, codesOfClass } from '../rules/classes.ts';
import { codes } from '../rules/codes.ts';
import { closest } from '../schema/check-closest.ts';
import type { SchemaFailure } from '../schema/check-fleet.ts';
import { checkSettings } from '../schema/check-settings.ts';
import { defined, describeKind, isList, isMap, type Value } from '../value.ts';
import type { Grading } from '../verbs/grading.ts';
import { shorten } from '../words.ts';
import { type ReadDocument, readYaml } from '../yaml/read.ts';
import { noSettings, settingsName, type UserSettings } from './user-settings.ts';

/** Reads a `.glistio.yaml`. Its problems are part of the result, and if there are any the file has no effect. */
export function readUserSettings(source: NamedText): UserSettings {
  const none: UserSettings = { ...noSettings, source };
  const document = readYaml(source);
  // A word that YAML reads as a boolean is not a severity, which is reported below.
  const unread = document.problems.filter(({ code }) => code !== 'boolean-surprise');
  const reading = unread.map((problem) => ({ ...problem, severity: 'error' as const }));
  if (reading.length > 0) return { ...none, problems: reading };
  const { value } = document;
  const misfits = checkSettings(value).map((failure) => describe(failure, document, source.name));
  if (misfits.length > 0) return { ...none, problems: misfits };
  const { severity = null, failOn = null } = isMap(value) ? value : {};
  const severities = Object.entries(isMap(severity) ? severity : {});
  const words = isList(failOn) ? failOn.map(String) : failOn === null ? [] : [String(failOn)];
  const problems: Problem[] = [];
  for (const [code, wanted] of severities)
    problems.push(
      ...unfit(code, wanted).map((words) => placed(words, ['severity', code], 'key', document, source.name)),
    );
  for (const [index, word] of words.entries()) {
    const path = isList(failOn) ? ['failOn', index] : ['failOn'];
    const why = whyNotFailOn(word);
    if (why !== undefined) problems.push(placed(why, path, 'value', document, source.name));
  }
  // The schema has checked that these are severities.
  return { source, severities: new Map(severities as [string, Severity | 'ignore'][]), failOn: words, problems };
}

type Words = Pick<Problem, 'message'> & { readonly hint?: string | undefined };

function unfit(code: string, wanted: Value): Words[] {
  if (!codes.has(code)) return [unknownWord(code, codes)];
  if (ruleOf(code)?.severity !== 'error' || wanted === 'error') return [];
  return [{ message: `${code} has to stay an error: the API server or Envoy refuses what it reports.` }];
}

function whyNotFailOn(word: string): Words | undefined {
  const known = new Set<string>([...severities, ...codeClasses, ...codes]);
  return known.has(word) ? undefined : unknownWord(word, known);
}

function unknownWord(word: string, known: ReadonlySet<string>): Words {
  const meant = closest(word, [...known])?.word;
  return {
    message: `There is no code ${shorten(word)}.`,
    hint: meant === undefined ? '`glistio rule` lists the codes' : `did you mean ${meant}?`,
  };
}

const severities = ['error', 'warning', 'info'] as const;

/** What fails a run, by `--fail-on` or else by `failOn`. */
export function failingBy(
  { failOn }: Pick<UserSettings, 'failOn'>,
  asked: readonly string[],
): Pick<Grading, 'failing' | 'failingSeverities'> {
  const words = asked.length > 0 ? asked.flatMap((text) => text.split(',')).map((word) => word.trim()) : failOn;
  for (const word of words)
    if (whyNotFailOn(word)) throw new CannotDo(`--fail-on cannot be "${shorten(word)}"`, failOnHint);
  const isClass = (word: string): word is CodeClass => (codeClasses as readonly string[]).includes(word);
  return {
    failing: new Set(words.flatMap((word) => (isClass(word) ? codesOfClass(word) : [word]))),
    failingSeverities: words.includes('info') ? ['info', 'warning'] : words.includes('warning') ? ['warning'] : [],
  };
}

const failOnHint = 'a severity (error, warning, info), run-time, no-effect, deprecated, lint, or the code of a problem';

function placed(
  { message, hint }: Words,
  path: Path,
  part: 'key' | 'value',
  document: ReadDocument,
  file: string,
): Problem {
  return {
    code: 'bad-setting',
    severity: 'error',
    message,
    ...(path.length === 0 ? {} : { path: formatPath(path) }),
    file,
    ...document.place(path, part),
    ...defined({ hint }),
  };
}

/** Translates ajv's errors. */
function describe({ keyword, unknown, path, value }: SchemaFailure, document: ReadDocument, file: string): Problem {
  if (keyword === 'additionalProperties' && unknown !== undefined)
    return placed(
      { message: `There is no setting ${shorten(unknown)}.`, hint: 'the settings are severity and failOn' },
      [...path, unknown],
      'key',
      document,
      file,
    );
  const is = typeof value === 'string' ? `"${shorten(value)}"` : value === null ? 'empty' : describeKind(value ?? null);
  const [top] = path;
  const message =
    keyword === 'enum'
      ? `A severity is error, warning, info or ignore, but this is ${is}.`
      : top === undefined
        ? `Settings must be a map, but are ${is}.`
        : `${formatPath(path)} must be ${top === 'severity' ? 'a map of codes to severities' : 'a string or a list of strings'}, but is ${is}.`;
  return placed({ message }, path, 'value', document, file);
}

/** The output of `--show-config`: YAML that has the same effect as a settings file. */
export function describeSettings({ source, severities, failOn }: UserSettings): Printable {
  const graded = [...severities].map(([code, severity]) => `  ${code}: ${severity}\n`);
  const texts = [
    source === undefined ? `# there is no ${settingsName} here or above\n` : `# ${source.name}\n`,
    graded.length === 0 ? 'severity: {}\n' : `severity:\n${graded.join('')}`,
    `failOn: [${failOn.join(', ')}]\n`,
  ];
  return lines(texts.join(''));
}

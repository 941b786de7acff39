import type { Words } from './findings.ts';
import { tooDeep } from './findings.ts';

export const tabIndent: Words = {
  code: 'yaml-syntax',
  message: 'Tabs cannot be used for indentation.',
  hint: 'indent with spaces, also on blank lines and before comments',
};

export const nothingToEnd: Words = {
  code: 'yaml-syntax',
  message: 'This ... ends a document, and there is none above it.',
  hint: 'remove the line',
};

/** js-yaml's reasons, and what a user can do about each; the first matching pattern counts. */
const reasons: readonly (readonly [RegExp, message: string, hint?: string])[] = [
  [/tab characters/, 'Tabs cannot be used for indentation.', 'indent with spaces'],
  [
    /bad indentation of a mapping entry/,
    'This line does not fit: it is indented differently from the keys around it, or a colon follows a value.',
    'align it with its neighbours; put a value that contains ": " in quotes',
  ],
  [
    /bad indentation of a sequence entry/,
    'This line does not fit into its list.',
    'align its dash with the dashes above',
  ],
  [
    /deficient indentation/,
    'This line continues the string or bracket above it and must be indented deeper.',
    'indent it, or close the quote or bracket',
  ],
  [/multiline key/, 'A key must be on one line, followed by a colon.', 'is a colon missing?'],
  [
    /expected ':' after a mapping key/,
    'A colon and a space must follow this key.',
    'is a colon missing, or is this the rest of the value above?',
  ],
  [
    /end of the stream or a document separator/,
    'This line does not belong to any key above it.',
    'check its indentation, and that the line above ends with a colon or is complete',
  ],
  [
    /whitespace character is expected after the key-value/,
    'A space must follow the colon.',
    'put a value that starts with a special character in quotes',
  ],
  [
    /single quoted scalar/,
    "A string in single quotes is not closed: its ' is missing.",
    "write ' twice for a literal quote",
  ],
  [
    /double quoted scalar/,
    'A string in double quotes is not closed: its " is missing.',
    'write \\" for a literal quote',
  ],
  [/within a flow collection/, 'A bracket is not closed: its ] or } is missing.'],
  [
    /missed comma/,
    'A comma is missing between two entries, or a bracket is not closed.',
    `put a placeholder such as \${X} or {{ x }} in quotes`,
  ],
  [/expected the node content, but found ','/, 'There is one comma too many.', 'remove it'],
  [
    /unknown escape sequence/,
    'A backslash in double quotes must start an escape such as \\n or \\\\.',
    'use single quotes, or double the backslash',
  ],
  [/hexadecimal character/, 'This escape needs more hexadecimal digits.', '\\x takes 2 of them, \\u 4 and \\U 8'],
  [
    /JSON character|non-printable/,
    'There is a control character in this text.',
    'remove it, or write it as an escape in double quotes',
  ],
  [/null byte/, 'There is a NUL byte in this text.', 'is this a YAML file, saved as UTF-8?'],
  [
    /chomping|indentation width|line break is expected/,
    'A block scalar starts with | or >, then at most + or - and a digit, and its text starts on the next line.',
    'put the text on the next line, or in quotes',
  ],
  [/anchor|alias/, 'This anchor or alias is not well-formed.', 'put a value that starts with & or * in quotes'],
  [/tag|exclamation/, 'This tag is not well-formed.', 'put a value that starts with ! in quotes'],
  [/directive|YAML version/i, 'This directive is not well-formed.', 'remove the line that starts with %'],
];

/** js-yaml's error, in our own words. `rest` is the text from there on. */
export function explainSyntax(reason: string, rest: string, most: number): Words {
  if (reason.includes('maxDepth')) return tooDeep(most);
  const code = 'yaml-syntax';
  if (/^[@`%]/.test(rest)) {
    return { code, message: `A value must not start with ${rest[0]}.`, hint: 'put it in quotes' };
  }
  const [, message = 'This is not YAML.', hint] = reasons.find(([pattern]) => pattern.test(reason)) ?? [];
  return { code, message, ...(hint === undefined ? {} : { hint }) };
}

import type { Path, Severity } from '../problem.ts';
import { shorten } from '../words.ts';

/** A finding about a range of a text, before lines have been counted. */
export interface YamlFinding extends Words {
  readonly severity: Severity;
  readonly start: number;
  /** Equals `start` if the end is unknown. */
  readonly end: number;
  readonly path?: Path;
  /** The offset of the other place that the finding is about. */
  readonly related?: number;
  /** The number of findings with its code and severity that it stands for, as the first of them. */
  readonly more?: number;
}

/** A finding in words: what is wrong and what to do. */
export interface Words {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export function booleanValue(source: string, value: boolean): Words {
  return {
    code: 'boolean-surprise',
    message: `Helm reads ${source} without quotes as the boolean ${value}.`,
    hint: `write ${value}, or "${source}" if the text is meant`,
  };
}

export function booleanKey(source: string, key: string): Words {
  return {
    code: 'boolean-surprise',
    message: `Helm reads the key ${source} without quotes as the boolean ${key}, so the key becomes "${key}".`,
    hint: `write "${source}" in quotes`,
  };
}

/** Undefined if float64 holds the number exactly, or if it is not an integer. */
export function losesDigits(source: string, value: number): Words | undefined {
  const digits = source.replaceAll('_', '');
  if (!/^[-+]?[0-9]+$/.test(digits)) return undefined;
  if (/^[-+]?0/.test(digits) || BigInt(value) === BigInt(digits.replace('+', ''))) return undefined;
  return {
    code: 'number-loses-digits',
    message: `Helm holds numbers as float64, so ${shorten(source)} becomes ${value}.`,
    hint: 'put it in quotes to keep its digits',
  };
}

export function octalNumber(source: string, value: number): Words {
  return {
    code: 'octal-number',
    message: `Helm reads ${shorten(source)}, a number that starts with 0, as ${value}.`,
    hint: `write ${value}, or "${source}" if the text is meant`,
  };
}

export function duplicateKey(key: string): Words {
  return {
    code: 'duplicate-key',
    message: `The key ${quote(key)} is given twice in this map; Helm silently drops all but the last.`,
    hint: 'merge the two',
  };
}

export function mergeOverwrites(key: string): Words {
  return {
    code: 'merge-overwrites-key',
    message: `This << overwrites ${quote(key)} above it: in Helm the merged map wins, contrary to YAML's own rule.`,
    hint: 'move << to the top of its map',
  };
}

export function laterDocuments(): Words {
  return {
    code: 'later-documents-ignored',
    message: 'Helm 3 reads only the first document of a values file; everything from here on is ignored.',
    hint: 'put each document into its own file with its own -f; Helm 4 merges them: --helm-version 4',
  };
}

export function wrongVersion(): Words {
  return {
    code: 'yaml-version',
    message: 'Helm refuses every %YAML directive but 1.1.',
    hint: 'remove the line',
  };
}

export function notFinite(source: string): Words {
  return {
    code: 'number-not-finite',
    message: `${source} is not a number that Helm values can hold.`,
    hint: `write "${source}" if the text is meant`,
  };
}

export function tagDoesNotFit(tag: string, source: string): Words {
  return {
    code: 'tag-does-not-fit',
    message: `The tag ${shorten(tag)} does not fit the value ${quote(source)}.`,
    hint: 'remove the tag or correct the value',
  };
}

export function badEscape(escape: string): Words {
  const hint = escape === '\\/' ? 'write / alone' : 'write the character itself';
  return { code: 'bad-escape', message: `Helm does not know the escape ${escape} in double quotes.`, hint };
}

export function plainInBrackets(source: string): Words {
  return {
    code: 'unquoted-in-brackets',
    message: `In brackets, Helm does not read ${quote(source)} as one string: ? and a colon at the start have a special meaning there.`,
    hint: 'put it in quotes',
  };
}

export function noBlankAfterColon(): Words {
  return {
    code: 'unquoted-in-brackets',
    message: 'In brackets, Helm reads a colon without a space after it as part of the key.',
    hint: 'write a space after the colon',
  };
}

export function colonOnNextLine(): Words {
  return { code: 'yaml-syntax', message: 'A key and its colon must be on one line.', hint: 'join the lines' };
}

export function longKey(): Words {
  return {
    code: 'bad-key',
    message: 'Helm does not read keys of more than 1,024 characters.',
    hint: 'write `? ` in front of it',
  };
}

export function badKey(source: string): Words {
  return source === '' || /^(~|null)$/i.test(source)
    ? {
        code: 'null-key',
        message: 'A key must not be null.',
        hint: source === '' ? 'write a key before the colon' : `write "${source}" if the text is meant`,
      }
    : { code: 'bad-key', message: `Helm cannot use ${shorten(source)} as a key.`, hint: 'put it in quotes' };
}

export function keyNotScalar(): Words {
  return {
    code: 'key-not-scalar',
    message: 'A key must be a string, not a list or a map.',
    hint: `put a placeholder such as \${X} or {{ x }} in quotes`,
  };
}

export function mergeNeedsMap(): Words {
  return {
    code: 'merge-needs-map',
    message: '<< merges a map or a list of maps into this one, but this is neither.',
    hint: 'write "<<" in quotes if the key is meant',
  };
}

export function unknownAnchor(name: string): Words {
  return {
    code: 'unknown-anchor',
    message: `*${shorten(name)} refers to an anchor that is not defined above it.`,
    hint: `define &${shorten(name)} first, or put the text in quotes`,
  };
}

export function recursiveAnchor(name: string): Words {
  return {
    code: 'recursive-anchor',
    message: `The value of &${shorten(name)} contains itself.`,
    hint: 'move the alias out of what it refers to',
  };
}

export function badAnchorName(name: string): Words {
  return {
    code: 'bad-anchor-name',
    message: `&${shorten(name)} is not a valid name of an anchor in Helm.`,
    hint: 'use letters, digits, - and _ only',
  };
}

export function aliasBomb(): Words {
  return {
    code: 'too-many-aliases',
    message: 'Nearly all of this document comes from aliases; Helm refuses to expand it.',
    hint: 'write the values out',
  };
}

export function tooDeep(most: number): Words {
  return {
    code: 'nested-too-deep',
    message: `Maps and lists are nested more than ${most} levels deep here.`,
    hint: 'is this a values file?',
  };
}

function quote(text: string): string {
  return JSON.stringify(shorten(text));
}

import { assignments, namedValues, type TextOptions } from './secret-assignments.ts';
import { directives, encodedTexts, markupValues, passwordHashes } from './secret-formats.ts';
import {
  authorizations,
  commandLogins,
  knownTokens,
  privateKeys,
  urlParameters,
  urlPasswords,
  webTokens,
} from './secret-shapes.ts';
import { merged, type Span } from './span.ts';

type Finder = (text: string, options: TextOptions) => Span[];

/** A part that every secret name of `secret-names.ts` contains. */
const inNames = words(
  'key token bearer pass pw cred pat secret auth cookie license licence jwt otp dsn pin salt psk hmac sas sig mnemonic connection hook kennwort contrasen',
);

/**
 * What makes part of a text secret, apart from the names. Every search takes linear time, and is skipped if the text
 * has none of its hints.
 */
const finders: readonly (readonly [hints: readonly string[], find: Finder])[] = [
  [['-----begin'], privateKeys],
  [['eyj'], webTokens],
  [
    words(
      'akia asia gh github_pat_ dckr_pat_ dop_v1_ doo_v1_ whsec_ glsa_ glc_ lin_api_ sntrys_ shp sk_ rk_ pk_ figd_ glpat- sk- xox xapp- ' +
        'pypi- nrak- pmak- tskey- npm_ hf_ hvs hvb hvr sg. aiza ya29. atatt3 age-secret-key',
    ),
    knownTokens,
  ],
  [['@'], urlPasswords],
  [['://', '='], urlParameters],
  [['bearer', 'basic'], authorizations],
  [['-u', 'login', 'sshpass', 'redis-cli', 'mysql', 'ldap'], commandLogins],
  [['$'], passwordHashes],
  [['>'], markupValues],
  [inNames, directives],
  [inNames, assignments],
  [inNames, namedValues],
];

function words(text: string): readonly string[] {
  return text.split(' ');
}

/**
 * A cache of short texts without secrets: most are the same few hundred names, settings and messages everywhere. What is harmless in prose
 * may not be so elsewhere.
 */
const harmless = { prose: new Set<string>(), other: new Set<string>() };
const mostKept = 4096;
const longestKept = { prose: 300, other: 100 };

/** Finds the secrets in a text, in order and without overlaps. */
export function secretSpans(text: string, options: TextOptions = {}): Span[] {
  const style = options.isProse === true ? 'prose' : 'other';
  const isKept = text.length <= longestKept[style];
  const known = harmless[style];
  if (isKept && known.has(text)) return [];
  const lower = text.toLowerCase();
  const spans = merged(
    finders
      .flatMap(([hints, find]) => (hints.some((hint) => lower.includes(hint)) ? find(text, options) : []))
      .concat([...encodedTexts(text)].filter(({ inside }) => secretSpans(inside).length > 0)),
  );
  if (isKept && spans.length === 0) {
    if (known.size === mostKept) known.clear();
    known.add(text);
  }
  return spans;
}

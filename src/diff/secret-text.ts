import { assignments, namedValues, type TextOptions } from './secret-assignments.ts';
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

/** What makes a part of a text secret: the other half of the table, beside the names. Every search is linear in the text. */
const finders: readonly ((text: string, options: TextOptions) => Span[])[] = [
  privateKeys,
  webTokens,
  knownTokens,
  urlPasswords,
  urlParameters,
  authorizations,
  commandLogins,
  assignments,
  namedValues,
];

/** A text without a single one of these has nothing that the finders look for. */
const hints = (
  'key token eyj akia asia aiza ya29 bearer basic :// @ pass pw cred pat secret auth cookie license licence jwt otp dsn pin salt psk ' +
  'hmac sas sig mnemonic connection hook ghp_ gho_ ghu_ ghs_ ghr_ glpat- xox xapp- sk- sk_ rk_ pk_ hvs hvb hvr npm_ pypi- hf_ dckr_ ' +
  'shp dop_ doo_ sg. nrak- pmak- whsec_ glsa_ glc_ lin_api_ figd_ atatt3 tskey- sntrys_ -a -p -u'
).split(' ');

function hasHint(text: string): boolean {
  const lower = text.toLowerCase();
  return hints.some((hint) => lower.includes(hint));
}

/** Where secrets stand in a text, in order and without overlaps. */
export function secretSpans(text: string, options: TextOptions = {}): Span[] {
  if (!hasHint(text)) return [];
  return merged(finders.flatMap((find) => find(text, options)));
}

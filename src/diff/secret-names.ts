/**
 * Names that mark secrets, and names that only look like it. Names are split into words in every
 * spelling: `DB_PASS`, `dbPass`, `db-pass` and `db.pass` are the words db and pass.
 */
import { secretNamesJson } from './secret-names.gen.ts';

/** Matched in a name without its separators, so that PGPASSWORD and x-api-key are found, too. */
const anywhere =
  /passw(?:or)?[dt]|kennwort|motdepasse|contrasen|passphrase|passcode|passkey|secret|token|credential|bearer|authorization|connectionstring|webhook|(?:api|access|private|auth|signing|encrypt|encryption|decryption|licen[cs]e|account|master|shared|session|ticket|admin|service|ssh|client|server|storage|hmac|crypt|crypto|unseal|deploy)keys?/;

// The JSON of scripts/gen-tables.ts; schema/secret-names.yaml describes each list.
const lists = JSON.parse(secretNamesJson) as Readonly<Record<string, readonly string[]>>;
const words: ReadonlySet<string> = new Set(lists['words']);
const lastWords: ReadonlySet<string> = new Set(lists['lastWords']);
const qualifiers: ReadonlySet<string> = new Set(lists['qualifiers']);
const harmlessLast: ReadonlySet<string> = new Set(lists['harmlessLast']);
const switchWords: ReadonlySet<string> = new Set(lists['switchWords']);
const lookupKeys: ReadonlySet<string> = new Set(lists['lookupKeys']);

/** Names of values that are random but not secret. */
const digestName = /checksum|sha\d{0,4}$|digest|revision|commit|hash|(?:^|[_-])u?id$/i;

/**
 * Extensions of programs and documents, whose contents are searched for secrets. Other files with a secret's name are
 * secret as a whole.
 */
const readableFile = /\.(?:sh|lua|js|py|md|html?|tmpl|tpl)$/i;

/** Extensions of file names. */
const fileEnding =
  /\.(?:txt|ya?ml|json|conf|cfg|ini|toml|xml|properties|env|sh|lua|js|py|md|html?|tmpl|tpl|pem|p12|jks|b64|bin|dat|enc)$/i;

const mostKept = 4096;
const known = new Map<string, boolean>();

/**
 * Whether a value of this name is a secret. The bare word `key` is left to {@link isBareKey}: it usually identifies
 * something.
 */
export function isSecretName(name: string): boolean {
  const answer = known.get(name);
  if (answer !== undefined) return answer;
  const decided = decide(name);
  if (name.length > 100) return decided;
  if (known.size >= mostKept) known.clear();
  known.set(name, decided);
  return decided;
}

/** `key` is an identifier in the structures of Kubernetes and Envoy, and may be a secret elsewhere. */
export function isBareKey(name: string): boolean {
  return name === 'key';
}

/** Whether a random text of this name is a checksum or an id. */
export function isDigestName(name: string): boolean {
  return digestName.test(name);
}

/** Whether the name is that of a file in a format that is searched for secrets itself. */
export function isReadableFile(name: string): boolean {
  return readableFile.test(name);
}

/** Whether a URL of this name is a webhook, which is secret as a whole. */
export function isWebhookName(name: string): boolean {
  return /web_?-?hook/i.test(name);
}

function decide(name: string): boolean {
  // A sentence with a colon is not a name.
  if (name === '' || isBareKey(name) || name.trim().split(/\s+/, 5).length > 4) return false;
  const parts = wordsOf(name);
  const whole = parts.join('');
  while (parts.length > 1 && (qualifiers.has(parts.at(-1) ?? '') || /^\d/.test(parts.at(-1) ?? ''))) parts.pop();
  const last = parts.at(-1) ?? '';
  if (harmlessLast.has(last) || (parts.length > 1 && switchWords.has(parts[0] ?? ''))) return false;
  if (last === 'key' && lookupKeys.has(parts.at(-2) ?? '')) return false;
  if (isPlural(last) && /^(?:max|min|num|per)$/.test(parts[0] ?? '')) return false;
  return anywhere.test(whole) || parts.some((part) => words.has(part)) || lastWords.has(last);
}

/**
 * Whether a secret's name may be among the words of a text, in any combination: if not, no name in it, of any
 * number of words, is that of a secret.
 */
export function mayNameSecrets(text: string): boolean {
  if (anywhere.test(text.toLowerCase().replace(/[^a-z0-9]+/g, ''))) return true;
  const runs = new Set(text.match(/[A-Za-z0-9]+/g));
  return [...runs].some((run) => wordsOf(run).some((word) => words.has(word) || lastWords.has(word)));
}

function isPlural(word: string): boolean {
  return word.endsWith('s');
}

/**
 * The words of a name in lower case. Of dotted names (`global.db.password`) only the last step and its parent count.
 */
function wordsOf(name: string): string[] {
  const steps = name
    .slice(-200)
    .replace(fileEnding, '')
    .split(/[.[\]/]/)
    .filter((step) => step !== '');
  const last = steps.at(-1) ?? '';
  // In secrets.db the last step is an extension, and the one before it decides.
  const text = /^(?:secrets?|passwords?|credentials?|tokens?|creds)$/i.test(steps.at(-2) ?? '')
    ? `${steps.at(-2)}_${last}`
    : last;
  const apart = text
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .replace(/(?<=\d)(?=[A-Za-z])|(?<=[A-Za-z])(?=\d)/g, ' ');
  return apart
    .toLowerCase()
    .split(/[^a-z0-9]/)
    .filter((word) => word !== '');
}

const switches = /^(?:true|false|yes|no|on|off|none|null|nil|enabled?|disabled?|required|optional)$/i;
const placeholders =
  /^(?:\$\([\w.-]{1,200}\)|\$\{[\w.:-]{1,200}\}|\$[A-Za-z_]\w{0,200}|\{\{[^{}]{0,200}\}\}|%[A-Z_]+\([^()%]{0,200}\)%)$/;
const knownRoots =
  /^(?:file:\/\/)?\/(?:var|etc|run|tmp|opt|usr|mnt|home|secrets?|certs?|config|app|vault|root|srv|dev|data|keys)(?:\/[\w./-]{0,4096})?$/;

/** Values that are not secret whatever their name: switches, references to variables, file paths. */
export function isHarmlessValue(text: string): boolean {
  const value = text.trim();
  return value === '' || switches.test(value) || placeholders.test(value) || knownRoots.test(value);
}

import { formatPath, type Path, type Problem } from '../problem.ts';
import { isList, isMap, type Value } from '../value.ts';

/** What a file that SOPS has encrypted contains, in words. */
const encrypted = 'still encrypted by SOPS';

/** Whether a problem is that a value is still encrypted. */
export function isStillEncrypted({ code, message }: Problem): boolean {
  return code === 'unsubstituted-variable' && message.includes(`: ${encrypted}.`);
}

/** What a value contains that should have been filled in before Helm reads it, in words. */
const leftovers: readonly (readonly [pattern: RegExp, what: string])[] = [
  [
    /^\$[A-Z_][A-Z0-9_]*$|\$\{(?:[a-z]+:)?[A-Za-z_][\w.]*(?::?[-+?=][^{}]*)?\}|^\$\(\(?[A-Za-z][\w.]*\)\)?$|^\$\[\w[\w.]*\]$/,
    'a variable that nothing has replaced',
  ],
  [/^\$(?:\{\{[^{}]*\}\}|\[\[[^[\]]*\]\])$/, 'an expression that nothing has replaced'],
  [/^ref\+\w+:\/\//, 'a reference that nothing has resolved'],
  [
    /^(?:#\{\w+\}#?|\(\(\w[\w.-]*\)\)|@[A-Z][A-Z0-9_]*@|__[A-Z][A-Z0-9_]*__|%[A-Z][A-Z0-9_]*%|\[\[[\w.]+\]\]|<<[\w.]+>>)$/,
    'a placeholder that nothing has replaced',
  ],
  [/^(?:REPLACE[_-]?ME|CHANGE[_-]?ME|TODO|TBD)$/, 'a placeholder'],
  [/\{\{-?\s*(?:\.(?:Values|Release|Chart)\b|include\b)/, 'a template, which Helm does not expand in values'],
  [/^\{\{[^{}]+\}\}$/, 'a template, which Helm does not expand in values'],
  [/^\{%/, 'a template, which Helm does not expand'],
  [/^ENC\[AES256_GCM,/, encrypted],
  [/<no value>/, 'what a template prints for a value that it does not have, and Helm takes it out'],
  [/^<(?:[A-Z][A-Z0-9_-]*|(?:your|my|the)[ _-][\w -]+|[a-z]+(?:[_-][a-z]+)+)>$/i, 'a placeholder'],
];

/** Scripts and embedded files have variables on purpose. */
const scripts: ReadonlySet<string | number> = new Set(['args', 'command', 'data', 'sops']);

/** Kubernetes expands `$(NAME)` in variables, `%NAME%` is a field of Envoy's logs, and annotations may be templates. */
const expanded = /^(?:\$\(|%|\{\{(?!-?\s*(?:\.(?:Values|Release|Chart)\b|include\b)))/;
const expanding: ReadonlySet<string | number> = new Set([
  ...['customEnv', 'env', 'value', 'gatewaySettings', 'settings', 'envoyStaticClusters', 'tracing'],
  ...['kubeResourceOverride', 'configMap', 'customSidecars', 'extraAnnotations'],
]);

/** Strings such as `${CLUSTER}`, `{{ .Values.x }}` or `<REPLICAS>`: to Helm they are values like any other. */
export function findUnsubstituted(value: Value): Problem[] {
  const found: Problem[] = [];
  const path: (string | number)[] = [];
  const search = (inner: Value): void => {
    if (typeof inner === 'string') found.push(...problemsOf(inner, path));
    else if (isList(inner)) for (let index = 0; index < inner.length; index++) below(index, inner[index] as Value);
    else if (isMap(inner)) for (const key of Object.keys(inner)) if (!scripts.has(key)) below(key, inner[key] as Value);
  };
  const below = (step: string | number, inner: Value): void => {
    path.push(step);
    search(inner);
    path.pop();
  };
  search(value);
  return found;
}

function problemsOf(text: string, path: Path): Problem[] {
  if (text.length < 3 || text.length > 1000 || !/[$<{[@_(%]|^[A-Z-]+$|^ref\+/.test(text) || text.includes('\n'))
    return [];
  if (expanded.test(text) && path.some((step) => expanding.has(step))) return [];
  const what = leftovers.find(([pattern]) => pattern.test(text))?.[1];
  if (what === undefined || (/\s/.test(text) && !/\{\{|<no value>|^<|^\{%|^\$\[\[/.test(text))) return [];
  return [
    {
      code: 'unsubstituted-variable',
      severity: 'warning',
      message: `${String(path.at(-1))} is ${JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)}: ${what}.`,
      path: formatPath(path),
      hint:
        what === encrypted
          ? 'Decrypt the file before Helm reads it (sops -d), or have helm secrets do it.'
          : 'Write the value itself, or have it filled in before Helm reads the file.',
    },
  ];
}

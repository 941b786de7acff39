import { readComments } from '../helm/comment.ts';
import { objectsOf } from '../helm/kinds/recognise.ts';
import type { Said } from '../helm/kinds/recognised.ts';
import { parsePath } from '../problem.ts';
import { defined } from '../value.ts';
import type { ValidateOptions } from '../verbs/validate.ts';
import type { Source } from '../yaml/read.ts';

/** An editor's settings for the files of a folder. What a file specifies itself takes precedence. */
export interface EditorSettings {
  readonly chartVersion?: string;
  readonly namespace?: string;
  readonly releaseName?: string;
  /** The key of Gloo's values in the values of a parent chart; `a.b` is two levels. */
  readonly partialOf?: string;
  readonly helmVersion?: string;
  readonly istioVersion?: string;
  readonly istioRevision?: string;
  readonly lint?: boolean;
  readonly ignore?: readonly string[];
  /** Whether every file counts as values of Gloo's chart; otherwise only those that look like it. */
  readonly everyFile?: boolean;
}

const strings = [
  'chartVersion',
  'namespace',
  'releaseName',
  'partialOf',
  'helmVersion',
  'istioVersion',
  'istioRevision',
] as const;
const flags = ['lint', 'everyFile'] as const;

/** Reads settings from whatever an editor sends; unknown and empty ones are ignored. */
export function editorSettings(given: unknown): EditorSettings {
  const map = (typeof given === 'object' && given !== null ? given : {}) as Readonly<Record<string, unknown>>; // Any object has keys.
  const ignore = Array.isArray(map['ignore']) ? map['ignore'].filter((code) => typeof code === 'string') : [];
  return Object.fromEntries([
    ...strings.filter((key) => typeof map[key] === 'string' && map[key] !== '').map((key) => [key, map[key]]),
    ...flags.filter((key) => map[key] === true).map((key) => [key, true]),
    ...(ignore.length > 0 ? [['ignore', ignore]] : []),
  ]) as EditorSettings;
}

/** The request to the verbs for one file. */
export function requestOf(source: Source, settings: EditorSettings): ValidateOptions {
  const { chartVersion, namespace, releaseName, partialOf, everyFile: _, ...others } = settings;
  // An object specifies itself which chart its values belong to.
  const isPlain = partialOf !== undefined && objectsOf(source) === undefined;
  const recorded: Said = {
    by: 'the settings',
    file: source.name,
    ...defined({ chartVersion, namespace, releaseName }),
    ...(isPlain ? { partialOf: parsePath(partialOf).map(String) } : {}),
  };
  return { ...others, values: [source], recorded };
}

/** Keys that hardly any other chart has. */
const telling = ['gatewayProxies', 'istioSDS', 'glooMtls', 'istioIntegration', 'kubeGateway', 'glooGateway'];
/** An Application or HelmRelease of Gloo's chart, the proxies that it creates, and Helm's record of it. */
const tellingObject =
  /\bchart["']?: ["']?(?:[\w.-]+\/)?gloo(?:-ee)?(?![\w-])|\bgloo["']?: ?["']?(?:gateway-proxy|kube-gateway)\b|\bhelm\.sh\/release\.v1\b/;

/** Whether a text looks like it is about Gloo: an editor opens any YAML file. */
export function isAboutGloo(source: Source, { everyFile }: EditorSettings): boolean {
  const { text } = source;
  return (
    everyFile === true ||
    telling.some((key) => text.includes(key)) ||
    tellingObject.test(text) ||
    /#[ \t]*glistio-ignore/.test(text) ||
    readComments(source).said !== undefined
  );
}

import { readComments } from '../helm/comment.ts';
import { objectsOf } from '../helm/kinds/recognise.ts';
import type { Said } from '../helm/kinds/recognised.ts';
import { parsePath } from '../problem.ts';
import type { ValidateOptions } from '../verbs/validate.ts';
import type { Source } from '../yaml/read.ts';

/** What an editor says of the files of a folder. Whatever a file says itself counts more. */
export interface EditorSettings {
  readonly chartVersion?: string;
  readonly namespace?: string;
  readonly releaseName?: string;
  /** The key under which the values of Gloo's chart stand in those of a chart around it; `a.b` is two levels. */
  readonly partialOf?: string;
  readonly helmVersion?: string;
  readonly istioVersion?: string;
  readonly istioRevision?: string;
  readonly lint?: boolean;
  readonly ignore?: readonly string[];
  /** Whether every file is taken for values of Gloo's; otherwise only those that look like it. */
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

/** The settings in whatever an editor sends: what is none of them, or empty, is left out. */
export function editorSettings(given: unknown): EditorSettings {
  const map = (typeof given === 'object' && given !== null ? given : {}) as Readonly<Record<string, unknown>>; // Any object has keys.
  const ignore = Array.isArray(map['ignore']) ? map['ignore'].filter((code) => typeof code === 'string') : [];
  return Object.fromEntries([
    ...strings.filter((key) => typeof map[key] === 'string' && map[key] !== '').map((key) => [key, map[key]]),
    ...flags.filter((key) => map[key] === true).map((key) => [key, true]),
    ...(ignore.length > 0 ? [['ignore', ignore]] : []),
  ]) as EditorSettings;
}

/** What the verbs are asked with for one file. */
export function requestOf(source: Source, settings: EditorSettings): ValidateOptions {
  const { chartVersion, namespace, releaseName, partialOf, everyFile: _, ...others } = settings;
  // An object says itself which chart's values it holds.
  const isPlain = partialOf !== undefined && objectsOf(source) === undefined;
  const recorded: Said = {
    by: 'the settings',
    file: source.name,
    ...(chartVersion === undefined ? {} : { chartVersion }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(releaseName === undefined ? {} : { releaseName }),
    ...(isPlain ? { partialOf: parsePath(partialOf).map(String) } : {}),
  };
  return { ...others, values: [source], recorded };
}

/** Keys that hardly any other chart's values have. */
const telling = ['gatewayProxies', 'istioSDS', 'glooMtls', 'istioIntegration', 'kubeGateway', 'glooGateway'];
/** An Application or HelmRelease of Gloo's chart, the proxies that it makes, and Helm's record of it. */
const tellingObject =
  /\bchart["']?: ["']?(?:[\w.-]+\/)?gloo(?:-ee)?(?![\w-])|\bgloo["']?: ?["']?(?:gateway-proxy|kube-gateway)\b|\bhelm\.sh\/release\.v1\b/;

/** Whether a text is about Gloo, by its look: an editor shows any YAML file. */
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

import { hiderOf } from '../../diff/secret-messages.ts';
import { objectLines } from '../../explain/lines.ts';
import type { ExplainedObject } from '../../explain/map.ts';
import type { Io } from '../../node/io.ts';
import { readText } from '../../node/sources.ts';
import { nameOf, namespaceOf } from '../../objects/object.ts';
import { CannotDo } from '../../outcome.ts';
import { formatPath, parsePath } from '../../problem.ts';
import type { ExplainedPlace } from '../../report/explain.ts';
import { withHiddenParts } from '../../report/text.ts';
import { defined, isMap, textOf } from '../../value.ts';
import type { ValueMapping } from '../../verbs/explain.ts';
import { documentsOf } from '../../yaml/documents.ts';
import { readYaml } from '../../yaml/read.ts';

/** A place in an object, before its cause is known. */
export interface AskedPlace {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly path: string;
  readonly text?: string;
}

/**
 * The place that `--line` names: a line of a file with manifests, or without a file a line of the output of `render`.
 */
export async function placeOfLine(asked: string, { objects }: ValueMapping, io: Io): Promise<AskedPlace> {
  const [, file, number] = /^(?:(.*):)?(\d{1,9})$/s.exec(asked) ?? [];
  if (number === undefined)
    throw new CannotDo(
      `--line cannot be "${asked}"`,
      'write FILE:LINE, or the number of a line that glistio render prints',
    );
  const text =
    file === undefined
      ? objects
          .filter(({ partial }) => !partial)
          .map((object) => `---\n${object.text}`)
          .join('')
      : await readText(file, io);
  const line = Number(number);
  const document = documentsOf(text).findLast((one) => one.line <= line);
  const { value, problems } = readYaml({ name: file ?? 'rendering', text: document?.text ?? '' });
  const paths = isMap(value) ? objectLines(document?.text ?? '').paths : [];
  const path = document && paths[line - document.line];
  if (!isMap(value) || path === undefined) {
    const [problem] = problems;
    throw new CannotDo(
      `line ${line} is not part of an object`,
      problem?.message ?? 'give a line of a file with manifests',
    );
  }
  return {
    kind: textOf(value['kind']) ?? '',
    name: nameOf(value),
    namespace: namespaceOf(value),
    path: formatPath(path),
    text: shownLine(text, line),
  };
}

/** A line of a text with its secrets hidden. */
function shownLine(text: string, line: number): string {
  const name = 'rendering';
  const spans = hiderOf(new Map([[name, text]])).spans(name);
  const start =
    text
      .split('\n')
      .slice(0, line - 1)
      .join('\n').length + (line > 1 ? 1 : 0);
  const row = text.split('\n')[line - 1] ?? '';
  return withHiddenParts({ text: row, start }, spans).source.trim();
}

/** The place that `--object` and `--path` name. */
export function placeOfObject(asked: string, path: string | undefined): AskedPlace {
  const [kind = '', ...rest] = asked.split('/');
  const [name = '', namespace] = rest.toReversed();
  if (name === '' || rest.length > 2)
    throw new CannotDo(`--object cannot be "${asked}"`, 'write KIND/NAME, such as Deployment/gateway-proxy');
  return { kind, name, namespace, path: formatPath(parsePath(path ?? '')) };
}

/** What made a place, according to a map of the values. */
export function explainedPlace(place: AskedPlace, { objects, values, features }: ValueMapping): ExplainedPlace {
  const found = objects.find((object) => isMeant(object, place));
  if (found === undefined) {
    const known = objects.map(({ kind, name }) => `${kind}/${name}`).join(', ');
    throw new CannotDo(`these values do not render a ${place.kind}/${place.name}`, `they make ${known}`);
  }
  const line = found.lines.find(({ path }) => path === place.path) ?? (place.path === '' ? found.lines[0] : undefined);
  const first = found.lines.find(
    ({ path }) => path.startsWith(place.path) && /^[.[]/.test(path.slice(place.path.length)),
  );
  const causes = (line ?? first)?.causes;
  if (causes === undefined)
    throw new CannotDo(
      `${found.kind}/${found.name} has no ${place.path}`,
      'with these values; glistio render prints the object',
    );
  const named = new Set(causes.map(({ value }) => value));
  const features_ = new Set(causes.map(({ feature }) => feature));
  return {
    object: `${found.kind}/${found.name}`,
    path: place.path,
    ...defined({ text: place.text }),
    causes,
    values: values.filter(({ path }) => named.has(path)),
    features: features.filter(({ name }) => features_.has(name)),
  };
}

function isMeant(object: ExplainedObject, { kind, name, namespace }: AskedPlace): boolean {
  const isKind = object.kind.toLowerCase() === kind.toLowerCase();
  return isKind && object.name === name && (namespace === undefined || object.namespace === namespace);
}

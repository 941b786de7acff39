import type { Change } from '../../src/objects/manifests.ts';
import type { Problem } from '../../src/problem.ts';
import { isMap, type ValueMap } from '../../src/value.ts';
import { readYaml, type Source } from '../../src/yaml/read.ts';

/** Objects as the text of a file, with one document each. */
export function fileOf(objects: readonly ValueMap[], name = 'in.yaml'): Source {
  return { name, text: objects.map((object) => `---\n${JSON.stringify(object)}\n`).join('') };
}

/** The objects of a text with a document for each. */
function objectsOf(text: string): ValueMap[] {
  return text
    .split(/^---\n/m)
    .map((document) => readYaml({ name: 'out', text: document }).value)
    .filter((value) => isMap(value));
}

/** All objects after a change. */
export function after({ manifests }: Change): ValueMap[] {
  return manifests.flatMap(({ text }) => objectsOf(text));
}

/** Problems as text: `severity code path: message (hint)`. */
export function told(problems: readonly Problem[]): string[] {
  return problems.map(
    ({ severity, code, path, message, hint }) =>
      `${severity} ${code}${path === undefined ? '' : ` ${path}`}: ${message}${hint === undefined ? '' : ` (${hint})`}`,
  );
}

import { documentsOf } from '../yaml/documents.ts';
import { readYaml } from '../yaml/read.ts';

/** The names of all inputs if every one is empty, which `null` is not; otherwise undefined. */
export function emptyInputs(texts: ReadonlyMap<string, string>): string | undefined {
  const isEmpty = ([name, text]: readonly [string, string]): boolean => {
    const { value, problems } = readYaml({ name, text });
    return documentsOf(text).length === 0 && value === null && problems.length === 0;
  };
  return [...texts].every(isEmpty) ? [...texts.keys()].join(', ') : undefined;
}

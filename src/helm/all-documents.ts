import type { Problem } from '../problem.ts';
import { isMap, mapOf, type ValueMap, valueAt } from '../value.ts';
import { stretchesOf } from '../yaml/documents.ts';
import type { ReadDocument, Source } from '../yaml/read.ts';
import { readDocuments } from './kinds/documents.ts';
import { mergeLayers } from './merge.ts';

/**
 * A line that starts with `---` separates documents; Kubernetes' own reader, which Helm 4 uses, allows a comment after
 * it.
 */
const separator = /(?<![^\n])---([^\n]*)(?:\n|$)/g;

/**
 * A values file as Helm 4 reads it (`loader.LoadValues`): all of its documents, each merged over the previous ones.
 * `first` is the result of reading the first one.
 */
export function readAllDocuments(source: Source, first: ReadDocument): ReadDocument {
  const { text } = source;
  const refused = findBadSeparator(text);
  const isRefused = first.problems.some(({ severity }) => severity === 'error');
  if (isRefused || (refused === undefined && !hasLater(first))) return first;
  const documents = refused === undefined ? readDocuments(source, stretchesOf(text, separator)) : [];
  const problems = documents.flatMap((document): readonly Problem[] => document.problems);
  problems.push(refused === undefined ? laterDocument(first) : badSeparator(source, refused));
  const strange = documents.find(({ value }) => value !== null && !isMap(value));
  const value =
    strange?.value ?? documents.reduce<ValueMap>((below, over) => mergeLayers(below, mapOf(over.value)), {});
  return {
    value,
    problems,
    place(path, part) {
      // The last document that has it, or the largest part of its path.
      for (let length = path.length; length >= 0; length--) {
        const found = documents.findLast((document) => valueAt(document.value, ...path.slice(0, length)) !== undefined);
        if (found !== undefined) return found.place(path, part);
      }
      return undefined;
    },
  };
}

function hasLater({ problems }: ReadDocument): boolean {
  return problems.some(({ code }) => code === 'later-documents-ignored');
}

/** A warning for Helm 3 becomes a note that the two releases differ. */
function laterDocument({ problems }: ReadDocument): Problem {
  const { hint: _, ...place } = problems.find(({ code }) => code === 'later-documents-ignored') as Problem; // Already counted.
  const message = 'Helm 4 merges this document and those after it over the first; Helm 3 ignores them.';
  return { ...place, code: 'helm-versions-differ', severity: 'info', message };
}

function findBadSeparator(text: string): number | undefined {
  for (const { index, 1: rest = '' } of text.matchAll(separator))
    if (rest.trim() !== '' && !rest.trim().startsWith('#')) return index;
  return undefined;
}

function badSeparator({ name, text }: Source, at: number): Problem {
  return {
    code: 'yaml-syntax',
    severity: 'error',
    message: 'Helm 4 refuses a line that starts with --- and continues with anything but a comment.',
    file: name,
    line: text.slice(0, at).split('\n').length,
    column: 1,
    hint: 'put the rest on its own line',
  };
}

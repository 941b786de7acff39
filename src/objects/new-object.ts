import { isList, isMap, type ValueMap } from '../value.ts';
import { editYaml } from '../yaml/edit.ts';
import { writeYaml } from '../yaml/write.ts';
import { readStream } from './stream.ts';

/** Adds an object to the text of a stream: to its last document if that is a list, otherwise as a new document. */
export function withObject(text: string, object: ValueMap): string {
  const last = readStream({ name: '', text }).documents.at(-1);
  const top = last?.read.value;
  if (last !== undefined && isMap(top) && top['kind'] === 'List' && isList(top['items'])) {
    const edited = editYaml(text.slice(last.start, last.end), { ...top, items: [...top['items'], object] });
    if (edited.isKept) return text.slice(0, last.start) + edited.text + text.slice(last.end);
  }
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const own = writeYaml(object).replaceAll('\n', eol);
  if (text.trim() === '') return own;
  return `${text.endsWith('\n') ? text : `${text}${eol}`}---${eol}${own}`;
}

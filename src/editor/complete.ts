import { includes } from '../chart/range.ts';
import type { Path } from '../problem.ts';
import { explainValue } from '../schema/explain.ts';
import { fieldsAt, takenType } from '../schema/fields-at.ts';
import { kubernetesSchemaAt, kubernetesTypes } from '../schema/kubernetes.ts';
import { fieldIn, type ValueField, type ValueType, valuesModel } from '../schema/values-model.ts';
import { mapAt, type Value } from '../value.ts';
import type { Source } from '../yaml/read.ts';
import { writeScalar } from '../yaml/write.ts';
import { type Cursor, cursorAt } from './cursor.ts';
import { explanationMarkdown } from './hover.ts';
import type { EditorSettings } from './settings.ts';
import { type ValuesCursor, valuesCursor } from './values-cursor.ts';

/** A completion. */
interface Completion {
  readonly label: string;
  readonly kind: 'key' | 'value';
  /** The type of a key, as text. */
  readonly detail?: string;
  /** The text that replaces the range from `start` to `end`; lines after the first include their full indentation. */
  readonly insert: string;
  readonly deprecated?: true;
  /** Markdown. */
  readonly documentation?: string;
}

export interface Completions {
  readonly start: number;
  readonly end: number;
  readonly items: readonly Completion[];
}

/** Completes the keys or values of the release at a place in a file, even if the current line is not valid yet. */
export function completeAt(source: Source, offset: number, settings: EditorSettings): Completions | undefined {
  const cursor = cursorAt(source.text, offset, 'typed');
  const found = cursor && valuesCursor(cursor, source, settings);
  if (cursor === undefined || found === undefined) return undefined;
  const { start, end } = cursor;
  const line = source.text.slice(source.text.lastIndexOf('\n', start - 1) + 1, start);
  // In flow style everything is on one line.
  const indent = /^[ -]*$/.test(line) ? line.replaceAll('-', ' ') : undefined;
  return { start, end, items: itemsOf(cursor, found, indent, source.text.slice(offset)) };
}

function itemsOf(
  cursor: Cursor,
  { chart, path, next }: ValuesCursor,
  indent: string | undefined,
  rest: string,
): Completion[] {
  if (path === undefined) {
    const around = next === undefined ? [] : [next, 'global'].filter((key) => !cursor.siblings.includes(key));
    return around.map((label) => ({
      label,
      kind: 'key',
      insert: label + behind({ kind: 'map', of: { kind: 'any' } }, indent),
    }));
  }
  const parent = cursor.at === 'key' ? path.slice(0, -1) : path;
  const type = typeAt(parent, chart.index);
  // Below `key:` a word may be its value or a key in it.
  if (type === undefined || type.kind === 'scalar') return valuesAt(parent, type, chart.index);
  if (cursor.at === 'value') return valuesAt(parent, type, chart.index);
  const isNamed = /^["']?[ \t]*:/.test(rest);
  return keysAt(parent, type, chart).flatMap(({ key, type: inner, deprecated }): Completion[] => {
    if (cursor.siblings.includes(key)) return [];
    const explanation = explainValue([...parent, key], chart);
    const written = writeScalar(key);
    return [
      {
        label: key,
        kind: 'key',
        insert: isNamed ? written : written + behind(inner, indent),
        ...(explanation === undefined
          ? {}
          : { detail: explanation.type, documentation: explanationMarkdown(explanation, chart.release) }),
        ...(deprecated ? { deprecated: true } : {}),
      },
    ];
  });
}

/** What follows a key of a type whose line has this indentation. */
function behind(type: ValueType, indent: string | undefined): string {
  const isSingle = ['scalar', 'any'].includes(type.kind) || (type.kind === 'kubernetes' && isScalarType(type.name));
  if (isSingle || indent === undefined) return ': ';
  return `:\n${indent}  ${type.kind === 'list' ? '- ' : ''}`;
}

function isScalarType(name: string): boolean {
  return kubernetesTypes(name).size === 0;
}

/** The schema of a path in a release; the root is a map. */
function typeAt(path: Path, index: number): ValueType | undefined {
  if (path.length === 0) return { kind: 'object', name: undefined, fields: valuesModel() };
  const field = fieldAt(path, index);
  return field && takenType(field);
}

function fieldAt(path: Path, index: number): ValueField | undefined {
  return fieldsAt(path).find(({ releases }) => includes(releases, index));
}

interface KnownKey {
  readonly key: string;
  readonly type: ValueType;
  readonly deprecated: boolean;
}

function keysAt(path: Path, type: ValueType, { index, defaults }: ValuesCursor['chart']): KnownKey[] {
  if (type.kind === 'map')
    return Object.keys(mapAt(defaults(), ...path)).map((key) => ({ key, type: type.of, deprecated: false }));
  if (type.kind !== 'object' && type.kind !== 'kubernetes') return [];
  const own = [...type.fields.keys()].flatMap((key): KnownKey[] => {
    const field = fieldIn(type.fields, key, index);
    if (field === undefined || fieldAt([...path, key], index) === undefined) return [];
    return [{ key, type: takenType(field), deprecated: includes(field.deprecated ?? [], index) }];
  });
  if (type.kind === 'object') return own;
  const known = new Set(own.map(({ key }) => key));
  const others = [...kubernetesTypes(type.name)].filter(([key]) => !known.has(key));
  return [...own, ...others.map(([key, inner]) => ({ key, type: inner, deprecated: false }))];
}

/** The values that a path is known to accept. */
function valuesAt(path: Path, type: ValueType | undefined, index: number): Completion[] {
  const field = fieldAt(path, index);
  const { enum: only = [], known = [] } = field ?? {};
  const isFlag = type?.kind === 'scalar' && type.name === 'bool';
  const values = new Set<Value>([
    ...only,
    ...known,
    ...kubernetesChoices(path, index),
    ...(isFlag ? [true, false] : []),
  ]);
  return [...values].map((value) => ({ label: String(value), kind: 'value', insert: writeScalar(value) }));
}

/** The enum values of a path within a type of the Kubernetes API. */
function kubernetesChoices(path: Path, index: number): readonly string[] {
  for (let length = path.length - 1; length > 0; length--) {
    const type = typeAt(path.slice(0, length), index);
    if (type?.kind === 'kubernetes') return kubernetesSchemaAt(type.name, path.slice(length))?.enum ?? [];
  }
  return [];
}

import type { Path } from '../problem.ts';
import { kubernetesTypes } from './kubernetes.ts';
import { heldTo, type ValueField, type ValueType, valuesModel } from './values-model.ts';

/** The fields of the model at a path, in any release; a user-defined key matches any step. */
export function fieldsAt(path: Path): readonly ValueField[] {
  const [first, ...rest] = path;
  if (typeof first !== 'string') return [];
  let fields: readonly ValueField[] = valuesModel().get(first) ?? [];
  for (const step of rest) fields = fields.flatMap((field) => below(field, step));
  return fields;
}

function below(field: ValueField, step: string | number): readonly ValueField[] {
  const type = takenType(field);
  const only = (inner: ValueType): ValueField[] => [{ type: inner, releases: field.releases }];
  if (type.kind === 'any') return only(type);
  if (type.kind === 'list') return typeof step === 'number' ? only(type.of) : [];
  if (typeof step !== 'string') return [];
  if (type.kind === 'map') return only(type.of);
  if (type.kind !== 'object' && type.kind !== 'kubernetes') return [];
  const inner = (type.fields.get(step) ?? [])
    .map((one) => heldTo(one, field.releases))
    .filter(({ releases: own }) => own.length > 0);
  const outside = inner.length === 0 && type.kind === 'kubernetes' ? kubernetesTypes(type.name).get(step) : undefined;
  return outside === undefined ? inner : only(outside);
}

/** How templates use a field. */
export function takenType(field: ValueField): ValueType {
  return field.takes ?? field.type;
}

/** The likely intent of a value of another shape than the chart expects. */
import { truthy } from '../go/template.ts';
import type { MeantValue, Path } from '../problem.ts';
import { fittedTo, imageParts } from '../schema/check-fit.ts';
import { fieldsAt, takenType } from '../schema/fields-at.ts';
import { equal, isList, isMap, type Value } from '../value.ts';
import { readYaml } from '../yaml/read.ts';

/** A hint with the placeholder `{0}`, and the text to insert there. */
interface ShapeHint {
  readonly hint: string;
  readonly meant: readonly MeantValue[];
}

/** Undefined if the intent is not clear. `path` is one of Gloo's own values. */
export function hintForShape(path: Path, value: Value | undefined): ShapeHint | undefined {
  const type = fieldsAt(path).map(takenType)[0];
  if (value === undefined || value === null || type === undefined) return undefined;
  if (path.at(-3) === 'configMap' && path.at(-2) === 'data')
    return { hint: 'Write it as a block of text: key: |', meant: [] };
  const meant = (hint: string, one: Value): ShapeHint => ({ hint, meant: [{ value: one }] });
  if (path.at(-1) === 'deployment' && path.at(-2) === 'kind' && (!truthy(value) || value === 'null'))
    return meant('Write {0}.', null);
  if (typeof value !== 'string') {
    const isNone = isList(value) && value.length === 0 && (type.kind === 'object' || type.kind === 'map');
    const fitted = isNone ? {} : fittedTo(path, value);
    if (fitted === undefined || equal(fitted, value)) return undefined;
    const shape = isNone ? '' : isList(fitted) ? ' it as a list:' : isMap(fitted) ? ' it as a map:' : '';
    return meant(`Write${shape} {0}.`, fitted);
  }
  // An input method may have produced fullwidth digits and punctuation.
  const usual = value.normalize('NFKC');
  const digits = /^(["'])(\d+)\1$/.exec(value)?.[2] ?? (usual === value ? undefined : /^\d+$/.exec(usual)?.[0]);
  if (type.kind === 'scalar')
    return digits === undefined || type.name === 'string'
      ? undefined
      : meant('Give it as a number: {0}.', Number(digits));
  const { value: read, problems } = readYaml({ name: 'value', text: usual });
  if (type.kind === 'list') {
    if (isList(read) && problems.length === 0) return meant('Write it as a list: {0}.', read);
    const isOfWords = type.of.kind === 'scalar' && value !== '';
    return isOfWords ? meant('Write it as a list: {0}.', value.trim().split(/\s+/)) : undefined;
  }
  if (value === '') return meant('Write {0}.', {});
  const isKnown = (key: string): boolean => type.kind === 'map' || fieldsAt([...path, key]).length > 0;
  if (isMap(read) && problems.length === 0)
    return Object.keys(read).every(isKnown) ? meant('Write it as a map: {0}.', read) : undefined;
  if (path.at(-1) === 'image') {
    const parts = imageParts(value);
    return parts && meant('Write it as a map: {0}.', parts);
  }
  if (path.at(-1) !== 'kind' || path.length !== 3) return undefined;
  if (/^deployment$/i.test(value)) return { hint: 'Remove it: the proxy is a Deployment anyway.', meant: [] };
  return /^daemon-?set$/i.test(value)
    ? meant('Write it as a map: {0}.', { deployment: null, daemonSet: {} })
    : undefined;
}

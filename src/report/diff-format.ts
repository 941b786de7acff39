import type { DiffChange, DiffReport } from '../diff/report.ts';
import { type Printable, visible } from '../printable.ts';
import type { Path } from '../problem.ts';
import { isMap, type Value } from '../value.ts';
import { counted } from '../words.ts';
import { writeYaml } from '../yaml/write.ts';

export interface DiffFormatOptions {
  readonly color: boolean;
  /** The width in columns. */
  readonly width: number;
  /** The number of unchanged lines around a difference, for formats that show them. */
  readonly context: number;
  /** The most characters that the target accepts, for formats that are cut to size. */
  readonly limit?: number;
}

/** Formats a report. */
export type DiffFormatter = (report: DiffReport, options: DiffFormatOptions) => Printable;

/** A value on one line, if it is one: a string without quotes if it cannot be misread. */
export function inline(value: Value | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string')
    return value.includes('\n')
      ? undefined
      : value.trim() === value && value !== ''
        ? visible(value)
        : JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value))
    return value.every((item) => typeof item !== 'object')
      ? `[${value.map((item) => visible(String(item))).join(', ')}]`
      : undefined;
  return Object.keys(value).length === 0 ? '{}' : undefined;
}

/** A value as lines of YAML. */
export function yamlLines(value: Value): string[] {
  return writeYaml(value).replace(/\n$/, '').split('\n').map(visible);
}

/** A text in parts of this width. */
export function sliced(text: string, width: number): string[] {
  if (text.length <= width) return [text];
  const parts: string[] = [];
  for (let start = 0; start < text.length; start += width) parts.push(text.slice(start, start + width));
  return parts;
}

/** A change, as it appears under a heading. */
export interface DiffLine {
  readonly change: DiffChange;
  /** The rest of the path below the heading. */
  readonly label: string;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

export interface Group {
  /** `container sds`, `pod`, `Envoy cluster gateway_proxy_sds`; empty for the whole object. */
  readonly title: string;
  readonly lines: readonly DiffLine[];
}

/** The changes of an object under headings that name the part of the proxy concerned. */
export function changeGroupsOf(changes: readonly DiffChange[]): Group[] {
  const groups = new Map<string, DiffLine[]>();
  for (const change of changes) {
    const { title, rest } = placeOf(change.path);
    const variable = variableOf(change, rest);
    const line = variable ?? { change, label: labelOf(rest), before: change.before, after: change.after };
    groups.set(title, [...(groups.get(title) ?? []), line]);
  }
  return [...groups].map(([title, lines]) => ({ title, lines }));
}

function placeOf(path: Path): { title: string; rest: Path } {
  const [first, second, third, fourth, fifth] = path;
  if (first === 'spec' && second === 'template') {
    if (third === 'spec' && (fourth === 'containers' || fourth === 'initContainers') && fifth !== undefined) {
      return { title: `${fourth === 'containers' ? 'container' : 'init container'} ${fifth}`, rest: path.slice(5) };
    }
    return { title: 'pod', rest: path.slice(third === 'spec' ? 3 : 2) };
  }
  if (first === 'data' && second === 'envoy.yaml') {
    const names: Readonly<Record<string, string>> = { clusters: 'Envoy cluster', listeners: 'Envoy listener' };
    const kind = third === 'static_resources' ? names[String(fourth)] : undefined;
    if (kind !== undefined && fifth !== undefined) return { title: `${kind} ${fifth}`, rest: path.slice(5) };
    return { title: "Envoy's configuration", rest: path.slice(2) };
  }
  if (first === 'data') return { title: 'data', rest: path.slice(1) };
  return { title: first === 'spec' ? 'workload' : '', rest: first === 'spec' ? path.slice(1) : path };
}

/** A variable is shown as a name and a value, not as its two fields. */
function variableOf(change: DiffChange, rest: Path): DiffLine | undefined {
  if (rest[0] !== 'env' || rest[1] === undefined) return undefined;
  const label = `env ${rest[1]}`;
  if (rest.length === 3 && rest[2] === 'value') return { change, label, before: change.before, after: change.after };
  return rest.length === 2
    ? { change, label, before: valueOf(change.before), after: valueOf(change.after) }
    : undefined;
}

function valueOf(variable: Value | undefined): Value | undefined {
  if (!isMap(variable)) return variable;
  const { name: _, value, ...rest } = variable;
  if (Object.keys(rest).length > 0) return rest;
  return value ?? '';
}

/** Steps separated by dots; a step that contains dots or slashes, and an index, are in brackets. */
export function labelOf(path: Path): string {
  let label = '';
  for (const step of path) {
    if (typeof step === 'number' || /[./[\]\s]/.test(step)) label += `[${visible(String(step))}]`;
    else label += `${label === '' ? '' : '.'}${visible(step)}`;
  }
  return label;
}

export const signs = { added: '+', removed: '-', changed: '~' } as const;

/** `3 added, 1 changed`. */
export function countsOf(changes: readonly DiffChange[]): string {
  const count = (kind: DiffChange['change']): string[] => {
    const number = changes.filter(({ change }) => change === kind).length;
    return number === 0 ? [] : [`${number} ${kind}`];
  };
  return [...count('changed'), ...count('added'), ...count('removed')].join(', ');
}

/** The report in one sentence. */
export function headlineOf(report: DiffReport): string {
  const objects = counted(report.objects.length, 'object');
  if (report.identical) return `No difference in ${counted(report.compared, 'object')}.`;
  return `${objects} ${report.objects.length === 1 ? 'differs' : 'differ'}: ${countsOf(report.changes)}.`;
}

/**
 * Regenerates `schema/envoy.json`: every message of Envoy's configuration, with the rules that Envoy checks, and the
 * first and last Envoy that has each field. Source: the Go modules in which the Envoy project publishes its protos, as
 * of soon after each release of Envoy (no npm package has those of the Envoys that Gloo uses). Needs `go` to download
 * them; the build reads the result. To add a newer Envoy, add a row: `node --import tsx scripts/import-envoy.ts`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Descriptors,
  type EnumDescriptor,
  type FieldDescriptor,
  type MessageDescriptor,
  readDescriptors,
} from './envoy-descriptors.ts';

const controlPlane = 'github.com/envoyproxy/go-control-plane';
/**
 * The module's version, and the last Envoy 1.x that was branched off before it: what the module lacks, that Envoy
 * lacks.
 */
const snapshots: readonly (readonly [module: string, envoy: number])[] = [
  [`${controlPlane}@v0.9.9-0.20201210154907-fd9021fe5dad`, 16],
  [`${controlPlane}@v0.9.9-0.20210217033140-668b12f5399d`, 17],
  [`${controlPlane}@v0.9.9`, 18],
  [`${controlPlane}@v0.9.10-0.20210907150352-cf90f659a021`, 19],
  [`${controlPlane}@v0.10.1`, 20],
  [`${controlPlane}@v0.10.2-0.20220325020618-49ff273808a1`, 21],
  [`${controlPlane}@v0.10.3`, 22],
  [`${controlPlane}@v0.11.0`, 25],
  [`${controlPlane}@v0.11.1`, 26],
  [`${controlPlane}@v0.12.0`, 28],
  [`${controlPlane}@v0.12.1-0.20240621013728-1eb8caab5155`, 30],
  [`${controlPlane}@v0.13.0`, 31],
  [`${controlPlane}/envoy@v1.32.4`, 32],
  [`${controlPlane}/envoy@v1.35.0`, 35],
  [`${controlPlane}/envoy@v1.36.0`, 36],
  [`${controlPlane}/envoy@v1.40.0`, 40],
];
/** Imports of Envoy's protos, the same for all of them. */
const imported = [
  'github.com/cncf/xds/go@v0.0.0-20260202195803-dba9d589def2',
  'cel.dev/expr@v0.25.2',
  'go.opentelemetry.io/proto/otlp@v1.9.0',
  'google.golang.org/genproto/googleapis/api@v0.0.0-20260720211330-0afa2a65878a',
  'google.golang.org/genproto/googleapis/rpc@v0.0.0-20260720211330-0afa2a65878a',
  'github.com/census-instrumentation/opencensus-proto@v0.4.1',
];
const bootstrap = 'envoy.config.bootstrap.v3.Bootstrap';
/** Packages of configuration; others are included only as far as these refer to them. */
const roots = /^(?:envoy\.(?:config|extensions|type|watchdog)|xds|udpa\.type)\.(?!.*\bv[124](?:alpha\d*|beta\d*)?\.)/;

/** A definition with the first and last Envoy 1.x that has it; undefined if that is the first or last snapshot. */
interface Ranged<T> {
  readonly value: T;
  readonly from?: number;
  readonly to?: number;
}

const shared: Descriptors = { messages: new Map(), enums: new Map() };
for (const module of imported) readDescriptors(folderOf(module), shared);
const versions = snapshots.map(([module]) => {
  const own: Descriptors = { messages: new Map(shared.messages), enums: new Map(shared.enums) };
  const folder = folderOf(module);
  readDescriptors(existsSync(join(folder, 'envoy/config')) ? join(folder, 'envoy') : folder, own);
  if (!own.messages.has(bootstrap)) throw new Error(`${module} has no ${bootstrap}`);
  return own;
});
/** The packages of API v2: a type of another package may be Gloo's. */
const v2Packages = new Set(
  versions
    .flatMap((version) => [...version.messages.keys()])
    .filter((name) => /^envoy\.(?:api|config|data)\..*\bv2(?:alpha\d*|beta\d*)?\./.test(name))
    .map((name) => name.replace(/\.[A-Z].*$/s, '')),
);
const wanted = reachable();
const messages: Record<string, unknown> = {};
const enums: Record<string, unknown> = {};
for (const name of [...wanted].sort()) {
  const asMessage = versions.map(({ messages: all }) => all.get(name));
  if (asMessage.some((message) => message !== undefined)) messages[name] = messageEntry(asMessage);
  else enums[name] = enumEntry(versions.map(({ enums: all }) => all.get(name)));
}
writeFileSync(new URL('../schema/envoy.json', import.meta.url), document());

function folderOf(module: string): string {
  const output = execFileSync('go', ['mod', 'download', '-json', module], { cwd: tmpdir(), encoding: 'utf8' });
  return (JSON.parse(output) as { readonly Dir: string }).Dir;
}

/** The names of all requested messages and enums, and of those that they contain. */
function reachable(): Set<string> {
  const names = new Set<string>();
  const open = versions.flatMap((version) => [...version.messages.keys()].filter((name) => roots.test(name)));
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (names.has(name) || name.startsWith('google.protobuf.')) continue;
    names.add(name);
    let isKnown = false;
    for (const version of versions) {
      isKnown ||= version.enums.has(name) || version.messages.has(name);
      for (const { type } of version.messages.get(name)?.fields ?? []) {
        const target = /\.(.*)$/.exec(type)?.[1];
        if (target !== undefined) open.push(target);
      }
    }
    if (!isKnown) throw new Error(`nothing that was read defines ${name}`);
  }
  return names;
}

/** One item per run of equal snapshots. */
function rangesOf<T>(values: readonly (T | undefined)[]): Ranged<T>[] {
  const ranges: Ranged<T>[] = [];
  let start = 0;
  for (let index = 1; index <= values.length; index++) {
    if (index < values.length && JSON.stringify(values[index]) === JSON.stringify(values[start])) continue;
    const value = values[start];
    const before = snapshots[start - 1];
    const last = snapshots[index - 1];
    if (value !== undefined)
      ranges.push({
        value,
        ...(before === undefined ? {} : { from: before[1] + 1 }),
        ...(index === values.length || last === undefined ? {} : { to: last[1] }),
      });
    start = index;
  }
  return ranges;
}

/** `{}` or `{in: [from, to]}`, with 0 for an open end. */
function rangeOf({ from, to }: Ranged<unknown>): { readonly in?: readonly number[] } {
  return from === undefined && to === undefined ? {} : { in: [from ?? 0, to ?? 0] };
}

function messageEntry(found: readonly (MessageDescriptor | undefined)[]): unknown {
  const fieldNames = new Set(found.flatMap((message) => message?.fields.map(({ name }) => name) ?? []));
  const fields = [...fieldNames].flatMap((name) =>
    // A missing message tells nothing about its fields.
    withinMessage(found, (message) => message.fields.find((field) => field.name === name)),
  );
  const own = rangesOf(found.map((message) => (message === undefined ? undefined : true)));
  const newest = found.findLast((message) => message !== undefined);
  return {
    ...(own[0] === undefined ? {} : rangeOf({ ...own[0], ...ends(own) })),
    ...(newest === undefined || newest.requiredOneofs.length === 0 ? {} : { required: newest.requiredOneofs }),
    ...(newest === undefined || newest.reserved.length === 0 ? {} : { reserved: newest.reserved }),
    ...(newest?.unchecked === true ? { unchecked: true } : {}),
    fields: fields.map((range) => ({ ...range.value, ...rangeOf(range) })),
  };
}

/** If something disappears and returns, the range from its first to its last occurrence. */
function ends(ranges: readonly Ranged<unknown>[]): { readonly from?: number; readonly to?: number } {
  const [first, last] = [ranges[0], ranges.at(-1)];
  return {
    ...(first?.from === undefined ? {} : { from: first.from }),
    ...(last?.to === undefined ? {} : { to: last.to }),
  };
}

function withinMessage(
  found: readonly (MessageDescriptor | undefined)[],
  pick: (message: MessageDescriptor) => FieldDescriptor | undefined,
): Ranged<FieldDescriptor>[] {
  const values = found.map((message) => (message === undefined ? undefined : pick(message)));
  const first = found.findIndex((message) => message !== undefined);
  const last = found.findLastIndex((message) => message !== undefined);
  return rangesOf(
    values.map((value, index) => value ?? (index < first ? values[first] : index > last ? values[last] : undefined)),
  );
}

function enumEntry(found: readonly (EnumDescriptor | undefined)[]): unknown {
  const names = new Set(found.flatMap((item) => Object.keys(item?.values ?? {})));
  const values = [...names].map((name) => {
    const ranges = rangesOf(found.map((item) => item?.values[name]));
    const range = rangeOf({ value: undefined, ...ends(ranges) });
    const disallowed = rangesOf(found.map((item) => (item?.disallowed.includes(name) === true ? true : undefined)))[0];
    return {
      name,
      number: ranges.at(-1)?.value,
      ...(range.in !== undefined && found[0] !== undefined ? range : {}),
      ...(disallowed === undefined ? {} : { disallowed: disallowed.from ?? 0 }),
    };
  });
  return values;
}

/** One line per message and enum, so that the diff of a newer Envoy shows what changed. */
function document(): string {
  const lines = (entries: Record<string, unknown>): string =>
    Object.entries(entries)
      .map(([name, entry]) => `    ${JSON.stringify(name)}: ${JSON.stringify(entry)}`)
      .join(',\n');
  const source = { modules: snapshots.map(([module, envoy]) => ({ module, envoy: `1.${envoy}` })), imported };
  return `{\n  "source": ${JSON.stringify(source)},\n  "v2Packages": ${JSON.stringify([...v2Packages].sort())},\n  "messages": {\n${lines(messages)}\n  },\n  "enums": {\n${lines(enums)}\n  }\n}\n`;
}

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import protobuf from 'protobufjs';

/** A field of a message that a Gloo bootstrap can contain. */
interface ProtoField {
  readonly message: string;
  readonly name: string;
  /** `string`, `bool`, a message's name, an enum's … */
  readonly type: string;
  readonly repeated: boolean;
  readonly map: boolean;
  /** Whether its absence means the same as its zero value: not a message, not in a oneof, not optional. */
  readonly hasDefault: boolean;
  /** The name of the zero value, for enums. */
  readonly zero?: string;
}

const files = [
  'config/bootstrap/v3/bootstrap.proto',
  'config/metrics/v3/metrics_service.proto',
  'extensions/filters/http/router/v3/router.proto',
  'extensions/filters/network/http_connection_manager/v3/http_connection_manager.proto',
  'extensions/transport_sockets/tls/v3/tls.proto',
];

/** The fields of all messages that a bootstrap can contain, from Envoy's protos. */
function bootstrapFields(): ProtoField[] {
  const root = loadProtos(files, { keepCase: true });
  const waiting = [
    'envoy.config.bootstrap.v3.Bootstrap',
    'envoy.config.metrics.v3.MetricsServiceConfig',
    'envoy.extensions.filters.http.router.v3.Router',
    'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
    'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
  ].map((name) => root.lookupType(name));
  const seen = new Set<protobuf.Type>();
  const fields: ProtoField[] = [];
  for (let type = waiting.pop(); type !== undefined; type = waiting.pop()) {
    if (seen.has(type) || type.fullName.startsWith('.google.protobuf')) continue;
    seen.add(type);
    for (const field of type.fieldsArray) {
      const resolved = field.resolve().resolvedType;
      if (resolved instanceof protobuf.Type) waiting.push(resolved);
      const zero = resolved instanceof protobuf.Enum ? resolved.valuesById[0] : undefined;
      fields.push({
        message: type.fullName.slice(1),
        name: field.name,
        type: resolved?.fullName.slice(1) ?? field.type,
        repeated: field.repeated,
        map: field.map,
        hasDefault: !(resolved instanceof protobuf.Type) && !field.repeated && !field.map && field.partOf === null,
        ...(zero === undefined ? {} : { zero }),
      });
    }
  }
  return fields;
}

/** Messages of Envoy's API, from the protos in a devDependency; `files` are paths below its folder `envoy`. */
export function loadProtos(files: readonly string[], options: protobuf.IParseOptions): protobuf.Root {
  const folderOf = (name: string): string => dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  const folders = ['envoy-api', 'googleapis', 'protoc-gen-validate', 'xds'].map((name) =>
    join(folderOf('@grpc/grpc-js-xds'), 'deps', name),
  );
  const root = new protobuf.Root();
  root.resolvePath = (_from, target) => {
    if (target.startsWith('/') || protobuf.common.get(target) !== null) return target;
    return join(folders.find((name) => existsSync(join(name, target))) ?? folderOf('protobufjs'), target);
  };
  root.loadSync(
    files.map((name) => `envoy/${name}`),
    options,
  );
  root.resolveAll();
  return root;
}

/**
 * Generates `src/diff/envoy-fields.ts`: what Envoy's protos say about fields by name, if all messages with a field of
 * that name agree.
 */
export function envoyFieldsFile(): string {
  const byName = new Map<string, ProtoField[]>();
  for (const field of bootstrapFields()) byName.set(field.name, [...(byName.get(field.name) ?? []), field]);
  const names = (isOne: (field: ProtoField) => boolean): string[] =>
    [...byName]
      .filter(([, fields]) => fields.every(isOne))
      .map(([name]) => name)
      .sort();
  const enums = names(({ zero, hasDefault }) => zero !== undefined && hasDefault)
    .map((name) => ({ name, zeros: new Set(byName.get(name)?.map(({ zero }) => zero)) }))
    .filter(({ zeros }) => zeros.size === 1)
    .map(({ name, zeros }) => `${name}:${[...zeros].join('')}`);
  const numeric = /^(?:u?int|s(?:int|fixed)|fixed)(?:32|64)$|^(?:float|double)$/;
  const isSetWhenEmpty = ({ type, hasDefault, repeated, map }: ProtoField): boolean =>
    type === 'string' && !hasDefault && !repeated && !map;
  const constants: readonly (readonly [string, string, readonly string[]])[] = [
    ['enumFields', 'Enums that default to their first value', enums],
    ['falseFields', 'Booleans that default to false', names(({ type, hasDefault }) => type === 'bool' && hasDefault)],
    ['zeroFields', 'Numbers that default to 0', names(({ type, hasDefault }) => numeric.test(type) && hasDefault)],
    [
      'chosenTexts',
      'Strings that are significant even when empty: members of a oneof',
      [...byName]
        .filter(([, fields]) => fields.some(isSetWhenEmpty))
        .map(([name]) => name)
        .sort(),
    ],
    ['durationFields', 'Durations', names(({ type }) => type === 'google.protobuf.Duration')],
    ['mapFields', 'Maps with user-defined keys', names(({ map }) => map)],
    [
      'structFields',
      'Free-form values',
      names(({ type }) => /^google\.protobuf\.(?:Struct|Value|ListValue)$/.test(type)),
    ],
  ];
  const lines = constants.map(([name, comment, list]) => {
    const [start, value] = [`export const ${name} =`, `'${list.join(' ')}';`];
    // Formatted as Biome would.
    return `/** ${comment}. */\n${start}${start.length + value.length < 120 ? ' ' : '\n  '}${value}\n`;
  });
  return `/**\n * What Envoy's protos say about the fields of a bootstrap, by name. Generated by \`npm run test:update\` from the protos\n * of a devDependency: do not edit.\n */\n${lines.join('')}`;
}

import { fieldIn, type ValueField, type ValueFields, valuesModel } from '../chart/values-model.ts';
import { truthy } from '../model/go.ts';
import type { Path } from '../problem.ts';
import { isList, isMap, type Value, type ValueMap } from '../values/value.ts';
import { mapOf } from './pod.ts';
import { type Finding, type Rule, type Subject, valueAt } from './rule.ts';

/** Values that the chart takes otherwise than they look, or that have successors. */
export const givenValueRules: readonly Rule[] = [
  {
    code: 'text-taken-as-true',
    severity: 'warning',
    summary: 'A text such as `"false"` that the chart takes as true.',
    help:
      'Helm’s templates ask whether a value is empty, and `"false"`, `"no"` and `"0"` are texts that are not. So the value switches ' +
      'on what it was meant to switch off. It happens with quotes in a file, and with `--set-string`.',
    *find({ given, chart }) {
      yield* textsAsTruth(given, valuesModel(), [], chart.index);
    },
  },
  {
    code: 'deprecated-value',
    severity: 'info',
    summary: 'A value that the chart still reads but has replaced.',
    help: 'It works as before in this release. The chart’s own documentation says that it will go, and what takes its place.',
    *find(subject) {
      for (const { path, has, message, hint } of deprecated) {
        if (!has(subject)) continue;
        for (const found of matching(subject.given, path, [])) yield { path: found, at: 'key', message, hint };
      }
    },
  },
];

function* textsAsTruth(map: ValueMap, fields: ValueFields, path: Path, index: number): Iterable<Finding> {
  for (const [key, value] of Object.entries(map)) {
    const field = fieldIn(fields, key, index);
    if (field !== undefined) yield* textAsTruth(value, field.type, [...path, key], index);
  }
}

function* textAsTruth(value: Value, type: ValueField['type'], path: Path, index: number): Iterable<Finding> {
  if (type.kind === 'scalar' && type.name === 'bool') {
    if (typeof value !== 'string' || !/^(false|no|off|n|f|0|disabled?)$/i.test(value)) return;
    yield {
      path,
      message: `The text "${value}" is not empty, so the chart takes it as true.`,
      hint: 'Write false, without quotes (with --set, not --set-string).',
    };
  } else if (isMap(value)) {
    if (type.kind === 'object') yield* textsAsTruth(value, type.fields, path, index);
    else if (type.kind === 'map') {
      for (const [key, inner] of Object.entries(value)) yield* textAsTruth(inner, type.of, [...path, key], index);
    }
  }
}

interface Deprecation {
  /** `*` stands for any key. */
  readonly path: Path;
  has(subject: Subject): boolean;
  readonly message: string;
  readonly hint: string;
}

const injection = ['labelInstallNamespace', 'whitelistDiscovery', 'enableIstioSidecarOnGateway', 'istioSidecarRevTag'];

/** What the chart's own values.go calls deprecated, of what has to do with the gateway proxies. */
const deprecated: readonly Deprecation[] = [
  {
    path: ['global', 'istioSDS', 'enabled'],
    has: ({ chart, given }) =>
      chart.has('istioIntegrationCluster') && !truthy(valueAt(given, 'global', 'istioIntegration', 'enabled')),
    message: 'istioSDS.enabled is deprecated since 1.17; it still does what istioIntegration.enabled does.',
    hint: 'Set global.istioIntegration.enabled: true in its place; customSidecars stay where they are.',
  },
  ...[...injection, 'appendXForwardedHost'].map(
    (key): Deprecation => ({
      path: ['global', 'istioIntegration', key],
      has: ({ chart }) => chart.has('istioIntegrationSidecars'),
      message: `${key} is deprecated since 1.17: the chart no longer recommends an injected sidecar in front of the proxy.`,
      hint: 'Use global.istioIntegration.enabled, with which Envoy itself speaks the mesh’s mTLS.',
    }),
  ),
  ...[
    ['global', 'image'],
    ['gatewayProxies', '*', 'podTemplate', 'image'],
    ['global', 'glooMtls', 'sds', 'image'],
  ].flatMap((image): Deprecation[] => [
    {
      path: [...image, 'fips'],
      has: ({ chart }) => chart.has('imageVariant'),
      message: 'image.fips is deprecated since 1.17.',
      hint: 'Set variant: fips (or fips-distroless) in its place.',
    },
  ]),
];

/** The paths of a pattern that have a value other than null or false. */
function matching(value: Value | undefined, pattern: Path, path: Path): Path[] {
  const [step, ...rest] = pattern;
  if (step === undefined) return truthy(value) ? [path] : [];
  if (isList(value) || !isMap(value)) return [];
  const keys = step === '*' ? Object.keys(value) : [step];
  return keys.flatMap((key) => matching(mapOf(value)[key], rest, [...path, key]));
}

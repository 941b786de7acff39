import { filled, overwritten, truthy } from '../go/template.ts';
import { afterToYaml } from '../go/to-yaml.ts';
import { sha256 } from '../native.ts';
import type { ValueMap } from '../value.ts';
import { writeYaml } from '../yaml/write.ts';
import type { Decision } from './decision.ts';
import { withoutNoValues } from './no-value.ts';
import type { Companion, CompanionKind } from './objects/object.ts';
import type { ReleaseContext } from './proxies.ts';
import { runOn } from './run-on.ts';
import { withStrayFields } from './stray-fields.ts';
import { parseObject, renderObject } from './template.ts';
import { templates } from './templates.gen.ts';

/** One object of a gateway proxy. */
export interface Manifest {
  readonly kind:
    | ('ConfigMap' | 'Deployment' | 'DaemonSet')
    | CompanionKind
    | ('GatewayClass' | 'GatewayParameters' | 'Secret');
  readonly name: string;
  readonly namespace: string;
  /**
   * The proxy's key under gatewayProxies, or the name of its Gateway; for a service account, the first proxy that it
   * serves; empty for objects that belong to none.
   */
  readonly proxy: string;
  /** A YAML document with its final line break, without a document marker. */
  readonly text: string;
  /** The text, parsed on demand. */
  readonly object: ValueMap;
}

/** The objects of one proxy as they are printed. */
export interface Printed {
  readonly configMap: Manifest | undefined;
  readonly workload: Manifest | undefined;
}

/** Prints what was decided about a proxy; with errors among the decision's problems the text is meaningless. */
export function print({ proxy, workload, configMap, overrides, strays }: Decision): Printed {
  const identity = { proxy: proxy.key, namespace: proxy.namespace };
  const printedConfig =
    configMap === undefined
      ? undefined
      : manifestOf(
          { kind: 'ConfigMap', name: configMap.name, ...identity },
          merged(renderObject(templates.configmap, configMap), overrides.configMap, proxy.context),
        );
  if (workload === undefined) return { configMap: printedConfig, workload: undefined };
  // The chart computes its checksum over its own text, whose layout differs from ours.
  const checksum = workload.hasConfigChecksum
    ? { [`checksum/${proxy.name}-envoy-config`]: sha256(printedConfig?.text ?? '') }
    : {};
  const annotations = { ...checksum, ...workload.podAnnotations };
  const podAnnotations = truthy(annotations) ? annotations : undefined;
  const own = renderObject(templates.workload, { ...workload, podAnnotations });
  const text = merged(strays.length === 0 ? own : withStrayFields(own, strays), overrides.workload, proxy.context);
  return {
    configMap: printedConfig,
    workload: manifestOf({ kind: workload.kind, name: proxy.name, ...identity }, text),
  };
}

const templateFor = {
  Gateway: 'gateway',
  HorizontalPodAutoscaler: 'autoscaler',
  PodDisruptionBudget: 'disruption-budget',
  Service: 'service',
  ServiceAccount: 'service-account',
} as const satisfies Record<CompanionKind, string>;

/** Prints one of the objects around the workloads. */
export function printCompanion(
  { kind, name, namespace, proxy, facts, override }: Companion,
  context: Pick<ReleaseContext, 'chart'>,
): Manifest {
  const text = merged(renderObject(templates[templateFor[kind]], facts), override, context);
  return manifestOf({ kind, name, namespace, proxy }, text);
}

/** An object with its text, which is parsed on demand. */
export function manifestOf(
  { kind, name, namespace, proxy }: Omit<Manifest, 'text' | 'object'>,
  text: string,
): Manifest {
  let object: ValueMap | undefined;
  return {
    kind,
    name,
    namespace,
    proxy,
    text,
    get object() {
      object ??= parseObject(text);
      return object;
    },
  };
}

/** Source: gloo.util.merge in the chart's _helpers.tpl. Maps are merged, lists replaced. */
function merged(text: string, override: ValueMap | undefined, { chart }: Pick<ReleaseContext, 'chart'>): string {
  if (!truthy(override)) return withoutNothing(text);
  const [object, over] = [parseObject(text), override ?? {}];
  const merged = chart.has('resourceOverrideFills') ? filled(over, object) : overwritten(object, over);
  const written = withoutNoValues(afterToYaml(merged) ?? merged) ?? null;
  return withoutNothing(writeYaml(runOn(written, { text: '', isEnd: true })));
}

/** A string in a block that is only `<no value>` is not quoted, so that nothing is left: null. */
function withoutNothing(text: string): string {
  return text.includes('<no value>') ? text.replaceAll('"<no value>"\n', 'null\n') : text;
}

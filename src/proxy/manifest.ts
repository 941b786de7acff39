import { configMapOf } from './bootstrap.ts';
import { filled, overwritten, truthy } from '../go/template.ts';
import type { Proxy } from './proxies.ts';
import { block, inside } from './read.ts';
import { workloadOf } from './workload.ts';
import { renderConfigMap, renderWorkload } from './template.ts';
import { isMap, type ValueMap } from '../value.ts';
import { readYaml } from '../yaml/read.ts';
import { writeYaml } from '../yaml/write.ts';

/** One object of a gateway proxy. */
export interface Manifest {
  readonly kind: 'ConfigMap' | 'Deployment' | 'DaemonSet';
  readonly name: string;
  readonly namespace: string;
  /** The proxy's key under gatewayProxies. */
  readonly proxy: string;
  /** A YAML document with its line end, without a document marker. */
  readonly text: string;
  /** The text parsed, on demand. */
  readonly object: ValueMap;
}

/** The manifests of one proxy, its ConfigMap first. Problems go to the proxy's own list; with errors in it the texts mean nothing. */
export function manifestsOf(proxy: Proxy, show?: 'deployment' | 'configmap'): Manifest[] {
  const { chart } = proxy.context;
  const manifests: Manifest[] = [];
  const configMap = configMapOf(proxy);
  let checksum = '';
  if (configMap !== undefined && (show !== 'deployment' || chart.has('configChecksum'))) {
    const override = chart.has('resourceOverride')
      ? block(inside(proxy.own, 'configMap'), 'kubeResourceOverride')
      : undefined;
    const { name, namespace } = configMap;
    const manifest = manifestOf({ kind: 'ConfigMap', name, namespace, proxy }, renderConfigMap(configMap), override);
    // The chart's own sum is that of its own text, which differs in layout from ours.
    if (chart.has('configChecksum')) checksum = sha256(manifest.text);
    if (show !== 'deployment') manifests.push(manifest);
  }
  if (!proxy.disabled && show !== 'configmap') {
    const workload = workloadOf(proxy, checksum);
    const override = chart.has('resourceOverride') ? block(proxy.own, 'kubeResourceOverride') : undefined;
    const { kind, name, namespace } = workload;
    manifests.push(manifestOf({ kind, name, namespace, proxy }, renderWorkload(workload), override));
  }
  return manifests;
}

/** Asked for here and not imported: to load it takes a third of a rendering's time, and not every release has a checksum. */
function sha256(text: string): string {
  return process.getBuiltinModule('node:crypto').hash('sha256', text);
}

interface Identity extends Pick<Manifest, 'kind' | 'name' | 'namespace'> {
  readonly proxy: Proxy;
}

function manifestOf({ proxy, ...identity }: Identity, rendered: string, override: ValueMap | undefined): Manifest {
  const text = truthy(override) ? writeYaml(overridden(parse(rendered), override ?? {}, proxy)) : rendered;
  let object: ValueMap | undefined;
  return {
    ...identity,
    proxy: proxy.key,
    text,
    get object() {
      object ??= parse(text);
      return object;
    },
  };
}

/** Source: gloo.util.merge in the chart's _helpers.tpl. Maps are merged, lists replaced. */
function overridden(object: ValueMap, override: ValueMap, { context: { chart } }: Proxy): ValueMap {
  return chart.has('resourceOverrideFills') ? filled(override, object) : overwritten(object, override);
}

function parse(text: string): ValueMap {
  const { value, problems } = readYaml({ name: 'manifest', text }, Number.POSITIVE_INFINITY);
  if (!isMap(value)) throw new Error(`a rendered manifest does not parse: ${problems[0]?.message}`);
  return value;
}

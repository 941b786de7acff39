import { type KubeObject, nameOf } from '../../objects/object.ts';
import { isMap, listOf, mapAt, textOf, type Value, type ValueMap } from '../../value.ts';
import { readYaml } from '../../yaml/read.ts';
import { textsIn } from '../gloo/ssl-config.ts';

/** What is said of the whole mesh, as far as it decides here. Source: MeshConfig of istio/api. */
export interface MeshConfig {
  readonly rootNamespace: string | undefined;
  readonly trustDomain: string | undefined;
  readonly trustDomainAliases: readonly string[];
  /** Empty where Istio looks at all namespaces. */
  readonly discoverySelectors: readonly Value[];
}

/** The configurations of the mesh among objects: istiod's ConfigMap `istio`, or `istio-<revision>`. */
export function meshConfigsIn(configMaps: readonly KubeObject[]): readonly MeshConfig[] {
  return configMaps.flatMap(({ object }) => {
    const text = textOf(mapAt(object, 'data')['mesh']);
    if (text === undefined || !/^istio(?:-|$)/.test(nameOf(object))) return [];
    const { value } = readYaml({ name: nameOf(object), text });
    return isMap(value) || value === null ? [readMeshConfig(isMap(value) ? value : {})] : [];
  });
}

/** A field by its name in JSON or in the proto; both are read. */
function readMeshConfig(mesh: ValueMap): MeshConfig {
  return {
    rootNamespace: textOf(mesh['rootNamespace'] ?? mesh['root_namespace']) || undefined,
    trustDomain: textOf(mesh['trustDomain'] ?? mesh['trust_domain']) || undefined,
    trustDomainAliases: textsIn(mesh['trustDomainAliases'] ?? mesh['trust_domain_aliases']),
    discoverySelectors: listOf(mesh['discoverySelectors'] ?? mesh['discovery_selectors']),
  };
}

/** Whether an object is the Deployment of an istiod. */
export function isIstiod({ object }: Pick<KubeObject, 'object'>): boolean {
  return object['kind'] === 'Deployment' && /^istiod(?:-|$)/.test(nameOf(object));
}

import { type KubeObject, nameOf } from '../../objects/object.ts';
import { isMap, listOf, mapAt, textOf, textsIn, type Value, type ValueMap } from '../../value.ts';
import { readYaml } from '../../yaml/read.ts';

/** The mesh-wide settings that affect the verdict. Source: MeshConfig of istio/api. */
export interface MeshConfig {
  readonly rootNamespace: string | undefined;
  readonly trustDomain: string | undefined;
  readonly trustDomainAliases: readonly string[];
  /** Whether sidecars send differently from the default. */
  readonly changesOutbound: boolean;
  /** Empty if Istio watches all namespaces. */
  readonly discoverySelectors: readonly Value[];
}

/** The mesh configurations among the objects: istiod's ConfigMap `istio`, or `istio-<revision>`. */
export function meshConfigsIn(configMaps: readonly KubeObject[]): readonly MeshConfig[] {
  return configMaps.flatMap(({ object }) => {
    const text = textOf(mapAt(object, 'data')['mesh']);
    if (text === undefined || !/^istio(?:-|$)/.test(nameOf(object))) return [];
    const { value } = readYaml({ name: nameOf(object), text });
    return isMap(value) || value === null ? [readMeshConfig(isMap(value) ? value : {})] : [];
  });
}

/** A field by its JSON or proto name; both are accepted. */
function readMeshConfig(mesh: ValueMap): MeshConfig {
  return {
    rootNamespace: textOf(mesh['rootNamespace'] ?? mesh['root_namespace']) || undefined,
    trustDomain: textOf(mesh['trustDomain'] ?? mesh['trust_domain']) || undefined,
    trustDomainAliases: textsIn(mesh['trustDomainAliases'] ?? mesh['trust_domain_aliases']),
    changesOutbound: changesOutbound(mesh),
    discoverySelectors: listOf(mesh['discoverySelectors'] ?? mesh['discovery_selectors']),
  };
}

/** The settings that change what sidecars send, or to whom. */
function changesOutbound(mesh: ValueMap): boolean {
  const { enableAutoMtls = mesh['enable_auto_mtls'] } = mesh;
  const scopes = ['defaultServiceExportTo', 'defaultDestinationRuleExportTo', 'defaultVirtualServiceExportTo'];
  return enableAutoMtls === false || scopes.some((name) => listOf(mesh[name]).length > 0);
}

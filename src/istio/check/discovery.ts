import { isIstiod } from '../../objects/istiod.ts';
import { matchesSelector, namespaceLabels } from '../../objects/label-selector.ts';
import { containersOf } from '../../objects/workload.ts';
import { mapsIn, textOf } from '../../value.ts';
import type { Reason } from './types.ts';
import type { World } from './world.ts';

/** The object that shows it. */
export type RootCertificateSight = Pick<World, 'find' | 'hasAll' | 'of' | 'meshConfigs' | 'istio' | 'istiodNamespace'>;

/**
 * Why a namespace has no ConfigMap `istio-ca-root-cert`, without which pods that mount it never start: the
 * `discoverySelectors` of all given mesh configurations exclude it. If the ConfigMap exists there is nothing to report;
 * without any configuration it is unknown. Source: namespacecontroller.go of istiod, and
 * ENABLE_ENHANCED_RESOURCE_SCOPING, which makes it follow the selectors.
 */
export function rootConfigMapMissing(
  namespace: string,
  world: RootCertificateSight,
): Pick<Reason, 'code' | 'text' | 'missing'> | undefined {
  if (world.find('ConfigMap', namespace, 'istio-ca-root-cert') !== undefined) return undefined;
  const isSelective = world.istio === undefined ? undefined : isScoped(world);
  if (isSelective === false) return undefined;
  const meshes = world.meshConfigs.map(({ discoverySelectors }) => discoverySelectors);
  if (meshes.length === 0) return world.hasAll('ConfigMap') ? undefined : meshNotGiven(namespace, world);
  const found = world.find('Namespace', 'default', namespace)?.object;
  const labels = namespaceLabels(namespace, found);
  if (meshes.some((all) => all.length === 0 || all.some((one) => matchesSelector(one, labels)))) return undefined;
  const code = 'ca-configmap-missing';
  const text = `Istio's discoverySelectors exclude ${namespace}, so there is no ConfigMap istio-ca-root-cert: pods that mount it never start.`;
  if (found === undefined && !world.hasAll('Namespace')) {
    const open = `Istio's discoverySelectors may exclude ${namespace}, which then has no ConfigMap istio-ca-root-cert.`;
    return { code, text: open, missing: `Namespace ${namespace} (its labels decide)` };
  }
  if (isSelective === true) return { code, text };
  const missing = world.istio === undefined ? "Istio's version" : `the value of ${scopingVariable} in istiod`;
  return { code, text, missing };
}

function meshNotGiven(namespace: string, world: RootCertificateSight): Pick<Reason, 'code' | 'text' | 'missing'> {
  const missing = `the mesh's configuration (ConfigMap ${world.istiodNamespace}/istio), or ConfigMap ${namespace}/istio-ca-root-cert`;
  const text = `Whether Istio's discoverySelectors exclude ${namespace}, which then has no ConfigMap istio-ca-root-cert, is unknown.`;
  return { code: 'mesh-config-not-given', text, missing };
}

const scopingVariable = 'ENABLE_ENHANCED_RESOURCE_SCOPING';

/**
 * Whether istiod puts its root certificate only into the selected namespaces; undefined if a variable that is read from
 * another object decides.
 */
function isScoped({ istio, of }: RootCertificateSight): boolean | undefined {
  const isDefault = istio?.has('rootCertificateScoped') === true;
  if (istio?.has('rootCertificateSwitch') !== true) return isDefault;
  const asked = of('Deployment')
    .filter(isIstiod)
    .flatMap(({ object }) => containersOf(object))
    .flatMap(({ env }) => mapsIn(env))
    .filter(({ name }) => name === scopingVariable)
    .map(({ value }) => (value === undefined ? undefined : textOf(value)?.toLowerCase() === 'true'));
  if (asked.length === 0) return isDefault;
  return asked.includes(false) ? false : asked.every((one) => one === true) || undefined;
}

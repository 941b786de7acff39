import { rootConfigMapMissing } from '../istio/check/discovery.ts';
import { meshConfigsIn } from '../istio/check/mesh-config.ts';
import { istioOf, parseIstioVersion } from '../objects/istio-version.ts';
import { isIstiod, istiodNamed, istioRevisionOf, versionOfIstiod } from '../objects/istiod.ts';
import { type KubeObject, nameOf, namespaceOf } from '../objects/object.ts';
import { readSide, type Side } from '../objects/read.ts';
import type { Problem } from '../problem.ts';
import type { MeshFacts } from '../rules/rule.ts';

/** How the mesh is described in the options. */
interface MeshOptions {
  readonly istioVersion?: string;
  readonly istioRevision?: string;
  readonly istiod?: Side;
}

/** What is known about the mesh: from its version and revision, else from an istiod's Deployment. */
export function meshFacts(
  { istioVersion, istioRevision, istiod }: MeshOptions,
  glooNamespace: string,
): {
  readonly facts: MeshFacts | undefined;
  readonly problems: readonly Problem[];
} {
  if (istioVersion === undefined && istioRevision === undefined && istiod === undefined)
    return { facts: undefined, problems: [] };
  const found = istiod === undefined ? { facts: {}, problems: [], objects: [] } : factsOf(istiod);
  const version = istioVersion === undefined ? found.facts.version : parseIstioVersion(istioVersion);
  const bad: Problem = {
    code: 'bad-option',
    severity: 'error',
    message: `istioVersion is ${JSON.stringify(String(istioVersion).slice(0, 100))}, which is not a version of Istio.`,
    hint: 'write it as 1.22.3',
  };
  const service =
    istioRevision === undefined ? found.facts.service : { name: istiodNamed(istioRevision), namespace: undefined };
  const problems = istioVersion !== undefined && version === undefined ? [...found.problems, bad] : found.problems;
  const withoutRoot = rootOf(found.objects, version, glooNamespace);
  return { facts: { version, service, withoutRoot }, problems };
}

/** Whether the mesh configuration beside istiod excludes Gloo's namespace. */
function rootOf(
  objects: readonly KubeObject[],
  version: MeshFacts['version'],
  glooNamespace: string,
): MeshFacts['withoutRoot'] {
  const of = (kind: string): readonly KubeObject[] => objects.filter(({ object }) => object['kind'] === kind);
  const meshConfigs = meshConfigsIn(of('ConfigMap'));
  if (meshConfigs.length === 0) return undefined;
  const found = rootConfigMapMissing(glooNamespace, {
    ...{ of, meshConfigs, istiodNamespace: 'istio-system', hasAll: () => false },
    istio: version === undefined ? undefined : istioOf(version),
    find: (kind, namespace, name) =>
      of(kind).find(
        ({ object }) => nameOf(object) === name && (kind === 'Namespace' || namespaceOf(object) === namespace),
      ),
  });
  return found === undefined ? undefined : { text: found.text, isSure: found.missing === undefined };
}

function factsOf(side: Side): Pick<ReturnType<typeof meshFacts>, 'problems'> & {
  readonly facts: MeshFacts;
  readonly objects: readonly KubeObject[];
} {
  const { objects, problems } = readSide(side, { name: 'istiod', namespace: 'istio-system' });
  const istiods = objects.filter(isIstiod).map(({ object }) => object);
  const [istiod, other] = istiods;
  if (istiod === undefined || other !== undefined) {
    const message = `--istiod must hold the Deployment of one istiod, but holds ${istiods.length}.`;
    return {
      facts: {},
      objects,
      problems: [
        ...problems,
        {
          code: 'bad-option',
          severity: 'error',
          message,
          hint: 'kubectl get deployment istiod -n istio-system -o yaml prints one',
        },
      ],
    };
  }
  const service = { name: istiodNamed(istioRevisionOf(istiod)), namespace: namespaceOf(istiod) ?? 'istio-system' };
  return { facts: { version: versionOfIstiod(istiod), service }, problems, objects };
}

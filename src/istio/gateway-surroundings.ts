import { injectionSubjectOf, isAmbient, isInjected, namespaceLabelsIn } from '../objects/mesh-labels.ts';
import { describeObject, type KubeObject } from '../objects/object.ts';
import type { Problem } from '../problem.ts';
import { mapAt } from '../value.ts';

/** What Istio itself does to the pods of a gateway proxy, judging by their labels and those of their Namespace. */
export function findMeshOnGateway(workload: KubeObject, objects: readonly KubeObject[]): Problem[] {
  const subject = injectionSubjectOf(mapAt(workload.object, 'spec', 'template'));
  const { namespace } = workload;
  const labels = namespaceLabelsIn(objects, namespace);
  const who = describeObject(workload.object);
  const path = ['spec', 'template', 'metadata'];
  const problems: Problem[] = [];
  if (isInjected(subject, undefined) === true) {
    problems.push(
      workload.problem(
        {
          code: 'pod-is-injected',
          severity: 'warning',
          message: `The pods of ${who} request Istio's own sidecar too: the injector merges a second istio-proxy into this one, and the result does neither job.`,
          hint: 'label them sidecar.istio.io/inject: "false"',
        },
        path,
      ),
    );
  } else if (isInjected(subject, labels) === true) {
    problems.push(
      workload.problem(
        {
          code: 'namespace-is-injected',
          severity: 'warning',
          message: `Namespace ${namespace} is labelled for Istio's injection: the injector merges a second istio-proxy into that of ${who}.`,
          hint: 'label the pods sidecar.istio.io/inject: "false", or remove the label from the Namespace',
        },
        path,
      ),
    );
  }
  if (isAmbient(subject, labels) === true) {
    problems.push(
      workload.problem(
        {
          code: 'proxy-is-ambient',
          severity: 'warning',
          message: `The pods of ${who} are in Istio's ambient mesh: ztunnel takes over their connections, including those with the mTLS of these sidecars.`,
          hint: 'label them istio.io/dataplane-mode: none, or do not add the sidecars',
        },
        path,
      ),
    );
  }
  return problems;
}

/**
 * What the API server rejects in an object of a proxy beyond the types of fields. Source: Kubernetes'
 * pkg/apis/core/validation and pkg/apis/apps/validation, as of 1.32; test/oracle/apiserver-verdicts.jsonl has a real
 * API server's verdict on each.
 */
import type { Path } from '../problem.ts';
import { kubernetesSchemaIn, kubernetesSchemaOf, kubernetesTypeName } from '../schema/kubernetes.ts';
import type { KubernetesSchema } from '../schema/kubernetes-schema.ts';
import { childrenOf, defined, isMap, lookupTable, type Value, type ValueMap } from '../value.ts';
import { containerTypes } from './container-rules.ts';
import { podTypes } from './pod-rules.ts';
import { resourceTypes } from './resource-rules.ts';
import { scalingTypes } from './scaling-rules.ts';
import { serviceTypes } from './service-rules.ts';
import type { RefusedPart, TypeRule } from './type-rule.ts';
import { volumeTypes } from './volume-rules.ts';
import { workloadTypes } from './workload-rules.ts';

const rules: Readonly<Record<string, TypeRule>> = lookupTable({
  ...workloadTypes,
  ...scalingTypes,
  ...serviceTypes,
  ...podTypes,
  ...containerTypes,
  ...resourceTypes,
  ...volumeTypes,
});

/** What the API server rejects in an object of this kind. */
export function refusedParts(kind: string, object: ValueMap): RefusedPart[] {
  const found: RefusedPart[] = [];
  walk(kubernetesSchemaOf(kind), object, { path: [], found });
  return found;
}

function walk(
  schema: KubernetesSchema,
  value: Value,
  at: { readonly path: Path; readonly found: RefusedPart[] },
): void {
  const { path, found } = at;
  const rule = rules[kubernetesTypeName(schema) ?? ''];
  if (rule !== undefined && isMap(value))
    rule(value, (steps, message, hint, code) =>
      found.push({
        path: [...path, ...steps],
        message,
        ...defined({ hint, code }),
      }),
    );
  for (const [step, entry] of childrenOf(value)) {
    const inner = typeof entry === 'object' && entry !== null ? kubernetesSchemaIn(schema, step) : undefined;
    if (inner !== undefined) walk(inner, entry, { path: [...path, step], found });
  }
}

import type { Path } from '../problem.ts';
import { wrongType } from '../schema/check-words.ts';
import { listOf, mapOf, type Value, valueIn, withValueAt } from '../value.ts';
import { writeYaml } from '../yaml/write.ts';
import { type Found, remark, reportWrongType, type StrayFields } from './scope.ts';
import { parseObject, renderObject } from './template.ts';
import { templates } from './templates.gen.ts';
import type { Workload } from './workload.ts';

/**
 * A map in place of a list that the chart prints at the indentation of its key: its keys become fields of the pod, or of
 * the proxy's container, beside the list.
 */

const pod: Path = ['spec', 'template', 'spec'];
const ofContainer: ReadonlySet<string> = new Set(['extraPorts', 'extraProxyVolumeMounts']);

/** The fields' place in the workload; the proxy's container has a volume of its own for its bootstrap. */
function holderOf(workload: Value, key: string): Path {
  if (!ofContainer.has(key)) return pod;
  const isProxy = (container: Value): boolean => JSON.stringify(container).includes('"envoy-config"');
  return [...pod, 'containers', listOf(valueIn(workload, [...pod, 'containers'])).findIndex(isProxy)];
}

/** Reports these maps. A field that the chart prints, too, is refused: of two values, the last one counts. */
export function findStrayFields({ strays }: Found, workload: Workload): void {
  if (strays.length === 0) return;
  const object = parseObject(renderObject(templates.workload, workload));
  for (const { scope, key, of, fields } of strays) {
    const holder = mapOf(valueIn(object, holderOf(object, key)));
    const wanted = `a list of ${of}`;
    if (Object.keys(fields).some((field) => field in holder)) {
      reportWrongType(scope, key, wanted, fields);
      continue;
    }
    const place = ofContainer.has(key) ? 'the proxy’s container' : 'the pod';
    const message = `${wrongType(key, wanted, fields)} The chart prints its keys as fields of ${place}.`;
    remark(scope, 'wrong-type', key, message);
  }
}

/** The workload with these fields. */
export function withStrayFields(text: string, strays: readonly StrayFields[]): string {
  const add = (object: Value, { key, fields }: StrayFields): Value => {
    const path = holderOf(object, key);
    return withValueAt(object, path, { ...mapOf(valueIn(object, path)), ...fields });
  };
  return writeYaml(strays.reduce(add, parseObject(text)));
}

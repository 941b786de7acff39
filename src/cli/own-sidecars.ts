import type { Io } from '../node/io.ts';
import { readText } from '../node/sources.ts';
import { CannotDo } from '../outcome.ts';
import { isList, isMap, type Value, type ValueMap, valueAt } from '../value.ts';
import { readYaml } from '../yaml/read.ts';

/** The option for containers of your own. */
export const sidecarOption = { kind: 'text', value: 'FILE', completes: 'file' } as const;

/** One container, a list of them, or the chart's values with customSidecars. */
export async function readSidecars(path: string, io: Io): Promise<ValueMap[]> {
  const { value, problems } = readYaml({ name: path, text: await readText(path, io) });
  const error = problems.find(({ severity }) => severity === 'error');
  if (error !== undefined) throw new CannotDo(`${path}:${error.line ?? 1}: ${error.message}`, error.hint);
  const found = isMap(value) ? (customSidecarsIn(value) ?? value) : value;
  const containers = (isList(found) ? found : [found]).filter(isMap);
  const isContainer = ({ name, image }: ValueMap): boolean => typeof name === 'string' && typeof image === 'string';
  if (containers.length === 0 || !containers.every(isContainer)) {
    throw new CannotDo(`${path} has no containers`, 'give each container a name, an image and whatever else it needs');
  }
  return containers;
}

function customSidecarsIn(values: ValueMap): Value | undefined {
  const path = ['global', 'istioSDS', 'customSidecars'];
  return path.map((_, start) => valueAt(values, ...path.slice(start))).find((found) => found !== undefined);
}

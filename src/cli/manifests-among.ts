import { CannotDo } from '../outcome.ts';
import type { Source } from '../yaml/read.ts';

/** The files if they hold manifests; none if they hold values, which may be given together with manifests. */
export async function manifestsAmong(given: readonly object[]): Promise<readonly Source[]> {
  const sources = given.filter((one): one is Source => 'text' in one && typeof one.text === 'string');
  const { holdsManifests, kindOfFile } = await import('../helm/kinds/recognise.ts');
  const manifests = sources.filter(holdsManifests);
  const values = sources.filter((one) => !manifests.includes(one) && kindOfFile(one) === 'values');
  if (manifests.length === 0 || values.some(({ text }) => /^kind:\s*HelmRelease\b/m.test(text))) return [];
  if (values.length === 0) return sources;
  throw new CannotDo(
    `${namesOf(manifests)} holds manifests and ${namesOf(values)} values`,
    'check them one after the other; glistio diff compares rendered values with manifests',
  );
}

/** The names of files, as messages list them. */
export function namesOf(sources: readonly Source[]): string {
  return sources.map(({ name }) => name).join(', ');
}

import { matchesGlob, parseGlob } from '../diff/glob.ts';
import { CannotDo } from '../outcome.ts';
import type { FoundCluster } from './found.ts';
import { fieldOfLine } from './open.ts';

/**
 * The selected clusters of a fleet. A pattern or group that selects none is a mistake, which is reported once all
 * clusters were seen.
 */
export class Choice {
  readonly #unused: Set<string>;
  readonly #globs: readonly { readonly text: string; readonly means: (name: string) => boolean }[];
  readonly #groups: readonly string[];

  constructor(only: readonly string[], groups: readonly string[]) {
    this.#globs = only.map((text) => {
      const glob = parseGlob(text);
      return { text: `--only ${text}`, means: (name) => matchesGlob(glob, name) };
    });
    this.#groups = groups;
    this.#unused = new Set([...this.#globs.map(({ text }) => text), ...groups.map((name) => `--group ${name}`)]);
  }

  /** Whether some clusters are excluded. */
  get isPart(): boolean {
    return this.#globs.length > 0 || this.#groups.length > 0;
  }

  /** Whether a cluster is selected: by its name, and by a group that it belongs to. */
  means(label: string, found: FoundCluster): boolean {
    const globs = this.#globs.filter(({ means }) => means(label));
    for (const { text } of globs) this.#unused.delete(text);
    const own = this.#groups.length === 0 ? [] : groupsOf(found);
    const groups = this.#groups.filter((name) => own.includes(name));
    for (const name of groups) this.#unused.delete(`--group ${name}`);
    return (this.#globs.length === 0 || globs.length > 0) && (this.#groups.length === 0 || groups.length > 0);
  }

  /** Throws for whatever selected no cluster. */
  refuseUnused(): void {
    const [first] = this.#unused;
    if (first !== undefined)
      throw new CannotDo(
        `no cluster of the fleet matches ${first}`,
        'a name in which * stands for any text, or a group',
      );
  }
}

function groupsOf(found: FoundCluster): readonly unknown[] {
  if (found.kind === 'files') return [];
  if (found.kind === 'listed') return found.groups;
  const group = fieldOfLine(found.text, 'group') ?? [];
  return Array.isArray(group) ? group : [group];
}

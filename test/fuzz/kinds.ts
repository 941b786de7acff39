import type { Kind } from './kind.ts';
import { kind as fleet } from './kinds/fleet.ts';
import { kind as helmRecord } from './kinds/helm-record.ts';
import { kind as journal } from './kinds/journal.ts';
import { kind as kube } from './kinds/kube.ts';
import { kind as kubeconfig } from './kinds/kubeconfig.ts';
import { kind as library } from './kinds/library.ts';
import { kind as manifests } from './kinds/manifests.ts';
import { kind as set } from './kinds/set.ts';
import { kind as values } from './kinds/values.ts';

/** Every kind in `test/fuzz/kinds`, by name. */
export const kinds: readonly Kind<unknown>[] = (
  [fleet, helmRecord, journal, kube, kubeconfig, library, manifests, set, values] as readonly Kind<unknown>[]
).toSorted((a, b) => (a.name < b.name ? -1 : 1));

import type { Istio } from '../../objects/istio-version.ts';
import type { ValueMap } from '../../value.ts';
import type { PortKind } from '../service-ports.ts';
import type { CheckOutcome } from './outcome.ts';
import type { PolicyForm } from './policies.ts';
import type { GatewayProxy } from './proxies.ts';
import type { Sent } from './sent.ts';
import type { PodForm, Target } from './targets.ts';
import type { Reason, Verdict } from './types.ts';
import type { World } from './world.ts';

/** One call to one pod, with everything about it decided. */
export interface Reception {
  readonly world: World;
  readonly proxies: readonly GatewayProxy[];
  readonly istio: Istio;
  readonly target: Target;
  readonly pod: PodForm;
  readonly port: number;
  readonly kinds: ReadonlyMap<number, PortKind>;
  readonly policies: PolicyForm;
  readonly sent: Sent;
  readonly isHttp2: boolean;
  /** Whether the port is declared as one where the app itself terminates TLS. */
  readonly endsTlsItself: boolean;
  readonly service: ValueMap;
}

/** Whether the proxy presents a certificate of the mesh. */
export function hasMeshCertificate({ sds }: Sent): boolean {
  return sds?.certificate !== undefined;
}

/** An outcome with one reason. */
export function because(verdict: Verdict, code: string, text: string, more: Partial<Reason> = {}): CheckOutcome {
  return { verdict, reasons: [{ code, text, ...more }] };
}

/** TLS that is not the mesh's, where nothing else terminates it: the app must. */
export function leftToApp({ target, port }: Reception): CheckOutcome {
  const missing = `what ${target.described} itself accepts at port ${port}`;
  return because(
    'unknown',
    'tls-left-to-app',
    `TLS that is not the mesh's reaches the app of ${target.described} unchanged, so the app must terminate it.`,
    { missing },
  );
}

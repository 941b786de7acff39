import type { Value } from '../value.ts';
import type { EnvoyContext, EnvoyFinding } from './context.ts';
import { messageNamed } from './messages.ts';
import { checkServer, takesDeprecated } from './server.ts';
import { checkMessage } from './walk.ts';

export type { EnvoyFinding } from './context.ts';

/** The newest Envoy that a release of Gloo brings. */
export const newestEnvoy = 36;

/**
 * What Envoy would refuse of a bootstrap (`envoy.yaml`, parsed): fields, types and rules of its v3 messages in full depth, then what
 * only the server finds when it builds itself. Empty for one that it starts with. Nothing throws. `envoy` is the N of Envoy 1.N.
 */
export function checkBootstrap(
  bootstrap: Value,
  { envoy = newestEnvoy }: { readonly envoy?: number } = {},
): readonly EnvoyFinding[] {
  const context: EnvoyContext = { envoy, findings: [], takesDeprecated: takesDeprecated(bootstrap) };
  checkMessage(context, messageNamed('envoy.config.bootstrap.v3.Bootstrap'), bootstrap, [], true);
  checkServer(context, bootstrap);
  return context.findings;
}

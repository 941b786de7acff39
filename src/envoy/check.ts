import type { Value } from '../value.ts';
import type { EnvoyContext, EnvoyFinding } from './context.ts';
import { messageNamed } from './messages.ts';
import { checkServer, takesDeprecated } from './server.ts';
import { checkMessage } from './walk.ts';

export type { EnvoyFinding } from './context.ts';

/** The newest Envoy that any release of Gloo contains. */
export const newestEnvoy = 36;

/**
 * Returns everything that Envoy rejects in a bootstrap (a parsed `envoy.yaml`): first by the fields, types and rules of
 * its v3 messages at every depth, then by what only the server checks when it starts. Empty for a bootstrap that it
 * accepts. Never throws. `envoy` is the minor version N of Envoy 1.N.
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

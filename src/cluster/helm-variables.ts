import { resolve } from 'node:path';
import { type KubeCluster, type KubeUser, readClusterEntry } from './kubeconfig-entries.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** A cluster and the user who connects to it. */
interface Identified {
  readonly cluster: KubeCluster;
  readonly user: KubeUser | undefined;
}

/** The API server of HELM_KUBEAPISERVER, with which a kubeconfig is not needed. */
export function serverOfHelm(env: Variables): KubeCluster | undefined {
  const server = env['HELM_KUBEAPISERVER'];
  return server ? readClusterEntry('of HELM_KUBEAPISERVER', { server }) : undefined;
}

/**
 * Overrides a target with Helm's variables (Helm 3.19 `pkg/cli/environment.go`): server, token, CA, the server name in
 * the certificate, and the user to impersonate. HELM_KUBECONTEXT was applied before, when the context was chosen.
 */
export function withHelmVariables<T extends Identified>(target: T, env: Variables): T {
  const {
    HELM_KUBETOKEN: token,
    HELM_KUBECAFILE: caFile,
    HELM_KUBETLS_SERVER_NAME: tlsServerName,
    HELM_KUBEASUSER: impersonateUser,
    HELM_KUBEASGROUPS: groups,
    HELM_KUBEINSECURE_SKIP_TLS_VERIFY: skips,
  } = env;
  const { user = { name: 'of HELM_KUBETOKEN' } } = target;
  const server = serverOfHelm(env);
  // Go's ParseBool; Helm treats anything else as false.
  const skipTLSVerify = /^(?:1|t|T|true|TRUE|True)$/.test(skips ?? '');
  const cluster = {
    ...target.cluster,
    ...(server ? { server: server.server } : {}),
    ...(caFile ? { caFile: resolve(caFile), caData: undefined } : {}),
    ...(tlsServerName ? { tlsServerName } : {}),
    ...(skipTLSVerify ? { skipTLSVerify } : {}),
  };
  // Helm's token takes precedence over every way of getting one that the kubeconfig has.
  const own = token ? { token, tokenFile: undefined, exec: undefined, authProvider: undefined } : {};
  const as = {
    ...(impersonateUser ? { impersonateUser } : {}),
    ...(groups ? { impersonateGroups: groups.split(',').filter((group) => group !== '') } : {}),
  };
  const isOther = token || impersonateUser || groups;
  return { ...target, cluster, user: isOther ? { ...user, ...own, ...as } : target.user };
}

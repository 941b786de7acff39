import { resolve } from 'node:path';
import { type KubeCluster, type KubeUser, readClusterEntry } from './kubeconfig-entries.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** A cluster, and who asks it. */
interface Identified {
  readonly cluster: KubeCluster;
  readonly user: KubeUser | undefined;
}

/** The API server that Helm's own variable names: with it there need be no kubeconfig. */
export function serverOfHelm(env: Variables): KubeCluster | undefined {
  const server = env['HELM_KUBEAPISERVER'];
  return server ? readClusterEntry('of HELM_KUBEAPISERVER', { server }) : undefined;
}

/**
 * A target with what Helm's variables say instead of the kubeconfig (Helm 3.19 `pkg/cli/environment.go`): server, token, CA,
 * the server's name in its certificate, and whom to impersonate. HELM_KUBECONTEXT chooses the context before.
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
  // Go's ParseBool; Helm takes anything else as false.
  const skipTLSVerify = /^(?:1|t|T|true|TRUE|True)$/.test(skips ?? '');
  const cluster = {
    ...target.cluster,
    ...(server ? { server: server.server } : {}),
    ...(caFile ? { caFile: resolve(caFile), caData: undefined } : {}),
    ...(tlsServerName ? { tlsServerName } : {}),
    ...(skipTLSVerify ? { skipTLSVerify } : {}),
  };
  // A token of one's own beats whatever the kubeconfig would ask for one.
  const own = token ? { token, tokenFile: undefined, exec: undefined, authProvider: undefined } : {};
  const as = {
    ...(impersonateUser ? { impersonateUser } : {}),
    ...(groups ? { impersonateGroups: groups.split(',').filter((group) => group !== '') } : {}),
  };
  const isOther = token || impersonateUser || groups;
  return { ...target, cluster, user: isOther ? { ...user, ...own, ...as } : target.user };
}

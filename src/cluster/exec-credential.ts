import { spawn } from 'node:child_process';
import { ClusterFailure } from '../cluster/kubeconfig.ts';
import { codeOf } from '../outcome.ts';
import { isMap, type Value, type ValueMap } from '../value.ts';
import type { ExecConfig, KubeCluster } from './kubeconfig-entries.ts';

/** What a credential plugin returns: a token, a client certificate, or both. */
export interface ExecCredential {
  readonly token?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** Larger than any token or certificate; a plugin that prints endlessly would exhaust the memory. */
const mostBytes = 1024 * 1024;

/**
 * Runs a credential plugin as client-go does (client.authentication.k8s.io): this is how EKS, GKE, AKS and single
 * sign-on work. It gets no terminal, because a plugin that prompts would wait forever. Throws a ClusterFailure that
 * names the plugin and the user.
 */
export async function runCredentialPlugin(
  exec: ExecConfig,
  user: string,
  cluster: KubeCluster,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<ExecCredential> {
  try {
    if (exec.interactiveMode === 'Always') throw new Error('it needs a terminal (interactiveMode: Always)');
    return readCredential(await outputOf(exec, { ...env, ...exec.env, ...infoFor(exec, cluster) }, signal), exec);
  } catch (error) {
    const isMissing = codeOf(error) === 'ENOENT';
    const reason = isMissing ? 'there is no such command' : error instanceof Error ? error.message : String(error);
    throw new ClusterFailure(
      `the credential plugin ${exec.command} of user ${user} failed: ${reason}`,
      exec.installHint,
    );
  }
}

function infoFor(exec: ExecConfig, cluster: KubeCluster): { KUBERNETES_EXEC_INFO: string } {
  const { server, caData, tlsServerName, skipTLSVerify } = cluster;
  const about = {
    server,
    ...(caData ? { 'certificate-authority-data': caData } : {}),
    ...(tlsServerName ? { 'tls-server-name': tlsServerName } : {}),
    ...(skipTLSVerify ? { 'insecure-skip-tls-verify': true } : {}),
  };
  const spec = { interactive: false, ...(exec.provideClusterInfo ? { cluster: about } : {}) };
  return {
    KUBERNETES_EXEC_INFO: JSON.stringify({ apiVersion: exec.apiVersion, kind: 'ExecCredential', spec }),
  };
}

/** Returns the plugin's output. Rejects if it cannot be started, fails, or prints too much. */
async function outputOf(
  { command, args }: ExecConfig,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<string> {
  return await new Promise((resolve, reject) => {
    const child = spawn(command, [...args], { env: { ...env }, signal, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let complaint = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.length <= mostBytes) return;
      child.kill('SIGKILL');
      reject(new Error(`it printed more than ${mostBytes} bytes`));
    });
    // The last lines on stderr say why it failed.
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-2000)));
    child.on('error', reject);
    child.on('close', (code, ended) => {
      if (code === 0) return resolve(output);
      reject(new Error(complaint.trim() || (ended === null ? `exit code ${code}` : `ended by ${ended}`)));
    });
  });
}

/** Reads an ExecCredential. Messages never quote the plugin's output, which may be part of a token. */
function readCredential(output: string, { apiVersion }: ExecConfig): ExecCredential {
  const printed = parsed(output);
  if (printed['kind'] !== undefined && printed['kind'] !== 'ExecCredential')
    throw new Error('it printed no ExecCredential');
  if (apiVersion !== undefined && printed['apiVersion'] !== undefined && printed['apiVersion'] !== apiVersion)
    throw new Error(`the kubeconfig asks for ${apiVersion}, but it printed another version`);
  const { status } = printed;
  if (!isMap(status)) throw new Error('it printed an ExecCredential without a status');
  const token = stringIn(status, 'token');
  const cert = stringIn(status, 'clientCertificateData');
  const key = stringIn(status, 'clientKeyData');
  if (token === undefined && cert === undefined) throw new Error('it printed neither a token nor a certificate');
  if ((cert === undefined) !== (key === undefined))
    throw new Error('it printed only one of clientCertificateData and clientKeyData');
  return { token, cert, key };
}

function parsed(output: string): ValueMap {
  let value: Value | undefined;
  try {
    value = JSON.parse(output);
  } catch {
    // Reported below: the error of JSON.parse quotes its input.
  }
  if (isMap(value)) return value;
  throw new Error('what it printed is not a JSON object');
}

function stringIn(status: ValueMap, key: string): string | undefined {
  const value = status[key];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw new Error(`it printed a ${key} that is not a string`);
  return value;
}

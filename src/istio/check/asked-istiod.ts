import { istiodAsked } from '../../objects/istio-agent.ts';
import type { Istio } from '../../objects/istio-version.ts';
import { isIstiod, isNameOfIstiod, istiodNamed, istioRevisionOf } from '../../objects/istiod.ts';
import { addressFault, signsAt } from '../../objects/istiod-address.ts';
import { type KubeObject, nameOf } from '../../objects/object.ts';
import { controlPlanePolicyIn, proxyConfigFault } from '../../objects/proxy-config.ts';
import { variableOf } from '../../objects/workload.ts';
import type { ValueMap } from '../../value.ts';
import { namespaceOrDefault, type World } from './world.ts';

/** A finding without its place. With `missing` it is unknown rather than certain. */
export interface CertificateFinding {
  readonly code: string;
  readonly text: string;
  readonly missing?: string;
}

/** An Istio agent, and what it is called in messages. */
interface AskingAgent {
  readonly agent: ValueMap;
  readonly described: string;
}

/** Whether the addresses that the agent uses are those of an istiod of the mesh. */
export function addressFindings(
  { agent, described }: AskingAgent,
  istio: Istio,
  world: World,
): readonly CertificateFinding[] {
  const who = `istio-proxy of ${described}`;
  const config = variableOf(agent, 'PROXY_CONFIG');
  const ca = variableOf(agent, 'CA_ADDR');
  const open = [['PROXY_CONFIG', config.isOpen] as const, ['CA_ADDR', ca.isOpen] as const].find(([, is]) => is);
  if (open !== undefined) return [fromElsewhere(open[0], who)];
  const unreadable = proxyConfigFault(config.value ?? '');
  if (unreadable !== undefined) {
    const text = `PROXY_CONFIG of ${who} ${unreadable}, so the agent does not start.`;
    return [{ code: 'invalid-proxy-config', text }];
  }
  const { discovery, signing } = istiodAsked(agent);
  const needsEnvoy = istio.has('certificatesNeedEnvoy');
  const asked = new Set([signing, ...(needsEnvoy ? [discovery] : [])]);
  const found = [...asked].flatMap((address, index): CertificateFinding[] => {
    const elsewhere = index === 0 && !signsAt(address) ? 'where istiod signs none' : undefined;
    const fault = addressFault(address) ?? elsewhere;
    if (fault !== undefined)
      return [{ code: 'istiod-address', text: `${who} asks for certificates at ${address}, ${fault}.` }];
    const [, name, namespace] = /^([\w-]+)\.([\w-]+)(?:\.svc(?:\.[\w.-]+)?)?:\d+$/.exec(address) ?? [];
    if (name === 'istio-pilot') {
      const text = `${who} requests certificates from ${address}, but Istio 1.6 removed the Service istio-pilot.`;
      return [{ code: 'istiod-not-there', text }];
    }
    if (name === undefined || namespace === undefined || !isNameOfIstiod(name)) {
      const text = `${who} requests certificates from ${address}, which, judging by its name, is not an istiod.`;
      return [{ code: 'other-authority', text, missing: `whether ${address} signs for the mesh` }];
    }
    if (isThere(name, namespace, world)) return [];
    const text = `${who} requests certificates from ${address}, which is not the Service of any given istiod.`;
    return [{ code: 'istiod-not-there', text }];
  });
  return found.length > 0 || !needsEnvoy ? found : configurationFindings(who, discovery, config.value ?? '', istio);
}

/**
 * Whether the agent's Envoy gets its configuration, without which an old agent fetches no certificate: with TLS from
 * port 15012, or without from 15010. Source: pilot-agent and the agent's xDS proxy, 1.6 to 1.8.
 */
function configurationFindings(
  who: string,
  address: string,
  config: string,
  istio: Istio,
): readonly CertificateFinding[] {
  const port = address.slice(address.lastIndexOf(':') + 1);
  const policy = controlPlanePolicyIn(config);
  const isOverTls = istio.has('configurationOverTls') ? policy !== 'NONE' : port === '15012' || policy === 'MUTUAL_TLS';
  if (isOverTls && signsAt(address)) return [];
  const about = `${who} asks ${address} for its configuration`;
  if (isOverTls || port === '15012') {
    const why = isOverTls ? 'over TLS, which istiod does not speak there' : 'without TLS, which istiod requires there';
    return [{ code: 'istiod-address', text: `${about} ${why}: it fetches no certificate.` }];
  }
  const text = `${about} without TLS: it fetches certificates only if that configuration makes Envoy ask for one.`;
  return [{ code: 'istiod-address', text, missing: `the configuration that ${who} gets from ${address}` }];
}

/** Whether a given istiod has the Service; true if no istiod was given that could contradict. */
function isThere(name: string, namespace: string, world: World): boolean {
  const services = world.inNamespace('Service', namespace).filter(({ object }) => isNameOfIstiod(nameOf(object)));
  if (services.length > 0) return services.some(({ object }) => nameOf(object) === name);
  const istiods = world.of('Deployment').filter(isIstiod);
  const names = istiods.map((istiod) => `${serviceOfIstiod(istiod)}.${namespaceOrDefault(istiod.object)}`);
  return istiods.length === 0 || names.includes(`${name}.${namespace}`);
}

/** The Service of an istiod: its name ends with the revision, except for the default one. */
function serviceOfIstiod({ object }: KubeObject): string {
  const revision = istioRevisionOf(object);
  return revision === undefined ? nameOf(object) : istiodNamed(revision);
}

/** That a variable is set from an object that was not given. */
export function fromElsewhere(name: string, container: string): CertificateFinding {
  const text = `${name} of ${container} is read from another object.`;
  return { code: 'variable-from-elsewhere', text, missing: `the value of ${name} in ${container}` };
}

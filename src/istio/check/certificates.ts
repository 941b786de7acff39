import { parseImage } from '../../objects/image-reference.ts';
import { certificateWriting, losesRotation, mountedToken, tokenPolicyOf, userOf } from '../../objects/istio-agent.ts';
import { type Istio, type IstioVersion, istioOf, parseIstioVersion } from '../../objects/istio-version.ts';
import { discoveryOf, isIstiod } from '../../objects/istiod.ts';
import type { KubeObject } from '../../objects/object.ts';
import { certificateFolder, hasAgentImage, hasSdsImage, isIstioAgent, isSdsServer } from '../../objects/sidecars.ts';
import { isSet, podPath, spotOf, variableOf, volumeAt } from '../../objects/workload.ts';
import { isMap, listOf, mapAt, mapsIn, textOf, type ValueMap, wordOf } from '../../value.ts';
import { addressFindings, type CertificateFinding, fromElsewhere } from './asked-istiod.ts';
import { rootConfigMapMissing } from './discovery.ts';
import type { Reason } from './types.ts';
import type { World } from './world.ts';

/** What keeps the mesh's certificates from one gateway proxy. */
export interface Obstacle {
  readonly verdict: 'refused' | 'unknown';
  readonly reason: Reason;
}

/** The pods of a gateway proxy. */
interface CertifiedPod {
  readonly spec: ValueMap;
  readonly described: string;
  readonly namespace: string;
  place(path: readonly (string | number)[]): Partial<Reason>;
}

/** The path of the certificates: istiod → istio-proxy → a volume → sds. */
export function certificateObstacles(
  { spec, described, namespace, place }: CertifiedPod,
  world: World,
): readonly Obstacle[] {
  const native = mapsIn(spec['initContainers']).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const containers = [...mapsIn(spec['containers']), ...native];
  const sds = containers.find(isSdsServer);
  const agent = containers.find(isIstioAgent);
  const at = (container: ValueMap | undefined): Partial<Reason> =>
    place([
      ...podPath,
      ...(container === undefined || native.includes(container) ? [] : ['containers', containers.indexOf(container)]),
    ]);
  const obstacle = (container: ValueMap | undefined) => obstacleAt(at(container));
  if (sds === undefined) {
    const text = `${described} has no sds container, so nothing answers Envoy's requests for the mesh's certificates.`;
    return [obstacle(undefined)({ code: 'no-sds-container', text })];
  }
  const served = sdsFindings(sds, described).map(obstacle(sds));
  if (agent === undefined) {
    const text = `${described} has no istio-proxy container, so nothing fetches certificates from istiod.`;
    return [...served, obstacle(undefined)({ code: 'no-istio-proxy', text })];
  }
  const pod: AgentPod = { spec, sds, agent, described, namespace };
  return [...served, ...[...programFindings(pod), ...writing(pod), ...versioned(pod, world)].map(obstacle(agent))];
}

function sdsFindings(sds: ValueMap, described: string): readonly CertificateFinding[] {
  const { value, isOpen } = variableOf(sds, 'ISTIO_MTLS_SDS_ENABLED');
  if (value === 'true')
    return otherProgram(sds, `sds of ${described}`, "Gloo's SDS server", {
      hasImage: hasSdsImage(sds),
      hasCommand: listOf(sds['command']).length > 0,
    });
  const text = `The sds container of ${described} does not serve Istio's certificates: ISTIO_MTLS_SDS_ENABLED is not "true".`;
  return [
    isOpen ? fromElsewhere('ISTIO_MTLS_SDS_ENABLED', `sds of ${described}`) : { code: 'sds-without-istio', text },
  ];
}

/** What a finding means for the verdict, at its place: with something missing it is open. */
export function obstacleAt(place: Partial<Reason>): (found: CertificateFinding) => Obstacle {
  return (found) => ({
    verdict: found.missing === undefined ? 'refused' : 'unknown',
    reason: { ...found, ...place },
  });
}

/** A container whose image or command may run another program: it has its name and settings, which prove nothing. */
export function otherProgram(
  { image }: ValueMap,
  who: string,
  program: string,
  { hasImage, hasCommand }: { readonly hasImage: boolean; readonly hasCommand: boolean },
): readonly CertificateFinding[] {
  if (hasImage && !hasCommand) return [];
  const named = textOf(image) ? `its image is ${textOf(image)}` : 'it has no image';
  const why = hasCommand ? 'it has a command of its own' : named;
  return [{ code: 'other-program', text: `${who} may not run ${program}: ${why}.`, missing: `what ${who} runs` }];
}

/** Whether the container of the agent runs it: without the argument `proxy` the program of Istio's image does not. */
function programFindings({ agent, described }: AgentPod): readonly CertificateFinding[] {
  const who = `istio-proxy of ${described}`;
  const [program = '', ...own] = listOf(agent['command']).map(wordOf);
  const hasCommand = program !== '' && !/(?:^|\/)pilot-agent$/.test(program);
  const doubts = otherProgram(agent, who, "Istio's agent", { hasImage: hasAgentImage(agent), hasCommand });
  if (doubts.length > 0) return doubts;
  const args = [...own, ...listOf(agent['args']).map(wordOf)];
  if (args.includes('proxy')) return [];
  const text = `${who} does not start Istio's agent: its arguments do not have the command proxy.`;
  return [{ code: 'agent-not-started', text }];
}

interface AgentPod extends Pick<CertifiedPod, 'spec' | 'described' | 'namespace'> {
  readonly sds: ValueMap;
  readonly agent: ValueMap;
}

/** Whether the agent writes its certificates to where sds reads them. */
function writing(pod: AgentPod): readonly CertificateFinding[] {
  const { agent, sds, described } = pod;
  const who = `istio-proxy of ${described}`;
  const { folder, to, written } = certificateWriting(agent, sds);
  if (folder === '') {
    const text = `${who} does not write its certificates to files: OUTPUT_CERTS is not set.`;
    return [to === 'open' ? fromElsewhere('OUTPUT_CERTS', who) : { code: 'certificates-not-written', text }];
  }
  if (to === 'open') {
    const text = `Where ${who} writes depends on a subPathExpr.`;
    return [{ code: 'certificates-elsewhere', text, missing: `where ${folder} of ${who} leads` }];
  }
  if (to !== 'server' || written === undefined) {
    const text = `${who} writes certificates to ${folder}, which is not what its sds container reads at ${certificateFolder}.`;
    return [{ code: 'certificates-elsewhere', text }];
  }
  const volume = volumeAt(pod.spec, written);
  const isReadOnly =
    volume === undefined || ['configMap', 'secret', 'projected', 'downwardAPI'].some((kind) => isMap(volume[kind]));
  if (!written.isReadOnly && !isReadOnly) return [];
  const text = `${who} cannot write its certificates: the volume ${written.volume} at ${folder} ${volume === undefined ? 'does not exist' : 'is read-only'}.`;
  return [{ code: 'certificates-not-writable', text }];
}

/** One version for each way in which Istio's agent gets and writes certificates. */
const agentsThatDiffer: readonly IstioVersion[] = [
  '1.6.0',
  '1.6.5',
  '1.6.10',
  '1.8.6',
  '1.9.1',
  '1.12.9',
  '1.20.0',
  '1.22.3',
]
  .map(parseIstioVersion)
  .filter((version) => version !== undefined);

/**
 * What depends on the agent's version; if the image's tag does not show it, whatever does not apply to all of them is
 * unknown.
 */
function versioned(pod: AgentPod, world: World): readonly CertificateFinding[] {
  const version = parseIstioVersion(parseImage(textOf(pod.agent['image']) ?? '').tag);
  if (version !== undefined) return agentFindings(pod, istioOf(version), world);
  const each = agentsThatDiffer.map((one) => agentFindings(pod, istioOf(one), world));
  const codes = new Set(each.flat().map(({ code }) => code));
  const always = [...codes].filter((code) => each.every((found) => found.some((one) => one.code === code)));
  const [ofOne = []] = each;
  const sure = ofOne.filter(({ code }) => always.includes(code));
  if (sure.length === codes.size) return sure;
  const image = textOf(pod.agent['image']) ?? 'its image';
  const text = `The image ${image} does not show the Istio version of the istio-proxy of ${pod.described}; some versions get no certificates in this pod, or none after the first expires.`;
  return [
    ...sure,
    { code: 'agent-version-not-given', text, missing: `the version of Istio in ${image} of ${pod.described}` },
  ];
}

/** Why an agent of a version gets no certificates, or not for long. */
function agentFindings(pod: AgentPod, istio: Istio, world: World): readonly CertificateFinding[] {
  const { agent, described } = pod;
  const named = `Istio ${istio.version.join('.')}`;
  const found: CertificateFinding[] = [...tokenFindings(pod, istio, world), ...rootFindings(pod, world)];
  if (istio.has('emptyClusterIdRefused') && !isSet(agent, 'ISTIO_META_CLUSTER_ID'))
    found.push({
      code: 'cluster-id-missing',
      text: `istiod refuses the proxy of ${named} in ${described} without ISTIO_META_CLUSTER_ID, so it asks for no certificate.`,
    });
  if (istio.has('unknownClusterIdRefused')) found.push(...clusterFindings(pod, world));
  if (losesRotation(agent, istio.has))
    found.push({
      code: 'certificates-not-rotated',
      text: `${named} in ${described} writes certificates to files only once: requests work at first and are refused when the certificate expires, after 24 hours by default.`,
    });
  if (istio.has('ownerOnlyCertificates')) found.push(...readable(pod, named));
  return [...found, ...addressFindings(pod, istio, world)];
}

/** Whether istiod knows the cluster name that the agent sends: its own, or one that it was configured with. */
function clusterFindings({ agent, described }: AgentPod, world: World): readonly CertificateFinding[] {
  const { value = '', isOpen } = variableOf(agent, 'ISTIO_META_CLUSTER_ID');
  const who = `istio-proxy of ${described}`;
  if (isOpen) return [fromElsewhere('ISTIO_META_CLUSTER_ID', who)];
  const own = world.of('Deployment').filter(isIstiod).map(clusterOf);
  if (value === '' || (own.length === 0 ? ['Kubernetes'] : own).includes(value)) return [];
  const text = `${who} sends ${value} as the name of its cluster; an istiod that does not know that cluster signs nothing.`;
  return [{ code: 'other-cluster', text, missing: `CLUSTER_ID of istiod, or whether it knows a cluster ${value}` }];
}

function clusterOf({ object }: KubeObject): string {
  return variableOf(discoveryOf(object), 'CLUSTER_ID').value || 'Kubernetes';
}

/** Whether the user of sds may read files that only their owner can. */
function readable({ spec, sds, agent, described }: AgentPod, named: string): readonly CertificateFinding[] {
  const [writer, reader] = [userOf(spec, agent), userOf(spec, sds)];
  if (reader === 0 || (writer !== null && writer === reader)) return [];
  const text = `${named} in ${described} writes certificates that only its own user can read, but sds runs as another user.`;
  if (writer !== null && reader !== null) return [{ code: 'certificates-not-readable', text }];
  return [{ code: 'certificates-not-readable', text, missing: `the users of istio-proxy and sds in ${described}` }];
}

/** Whether the agent has a token that istiod accepts. */
function tokenFindings(pod: AgentPod, istio: Istio, world: World): readonly CertificateFinding[] {
  const { agent, described } = pod;
  const { sends, value } = tokenPolicyOf(agent, istio.has);
  const who = `istio-proxy of ${described}`;
  if (sends === undefined) return [fromElsewhere('JWT_POLICY', who)];
  if (sends === 'first-party-jwt') {
    if (world.istio === undefined) {
      const text = `${who} sends a first-party token, which istiod no longer accepts from Istio 1.22 on.`;
      return [
        { code: 'first-party-jwt-removed', text, missing: "Istio's version (istioVersion, or istiod's Deployment)" },
      ];
    }
    if (!world.istio.has('thirdPartyTokenAlways')) return [];
    const text = `${who} sends a first-party token, which istiod of Istio ${world.istio.version.join('.')} no longer accepts.`;
    return [{ code: 'first-party-jwt-removed', text }];
  }
  if (sends === 'none') {
    const text = `Istio ${istio.version.join('.')} in ${described} sends no token with JWT_POLICY "${value ?? ''}", so istiod signs nothing.`;
    return [{ code: 'no-token', text }];
  }
  const { spot, volume, tokens: all = [], isKnown } = mountedToken(pod.spec, agent) ?? {};
  if (spot === undefined || volume === undefined) {
    const text = `${who} has no token for istiod: nothing is mounted at /var/run/secrets/tokens.`;
    return [{ code: 'token-not-mounted', text }];
  }
  const tokens = all.filter(({ isRead }) => isRead);
  if (isKnown === true && tokens.length === 0) {
    const text = `${who} reads the token istio-token, which the volume ${spot.volume} does not have.`;
    return [{ code: 'token-not-mounted', text }];
  }
  const takes = audiencesOf(world).map((all) => all && tokens.some(({ audience }) => all.includes(audience)));
  if (takes.every((one) => one === true)) return [];
  if (tokens.length > 0 && takes.every((one) => one === false) && world.of('Deployment').some(isIstiod)) {
    const text = `The token of ${who} is not for an audience that istiod accepts, by its TOKEN_AUDIENCES.`;
    return [{ code: 'token-audience', text }];
  }
  const text = `The token of ${who} is not for the audience istio-ca, which istiod expects by default.`;
  return [{ code: 'token-audience', text, missing: `istiod's TOKEN_AUDIENCES, and the token in ${spot.volume}` }];
}

/** The audiences that each given istiod accepts; undefined if it reads them from elsewhere. Source: security.go of Istio. */
function audiencesOf(world: World): readonly (readonly unknown[] | undefined)[] {
  const istiods = world.of('Deployment').filter(isIstiod);
  if (istiods.length === 0) return [['istio-ca']];
  return istiods.map(({ object }) => {
    const { value = 'istio-ca', isOpen } = variableOf(discoveryOf(object), 'TOKEN_AUDIENCES');
    return isOpen ? undefined : value.split(',');
  });
}

/** Whether the agent has the root certificate to verify istiod with. */
function rootFindings(pod: AgentPod, world: World): readonly CertificateFinding[] {
  const { agent, described } = pod;
  const { value = 'istiod', isOpen } = variableOf(agent, 'PILOT_CERT_PROVIDER');
  const who = `istio-proxy of ${described}`;
  if (isOpen) return [fromElsewhere('PILOT_CERT_PROVIDER', who)];
  if (value !== 'istiod') {
    const text = `${who} verifies istiod with the certificate of PILOT_CERT_PROVIDER "${value}".`;
    return [{ code: 'other-cert-provider', text, missing: `the certificate that istiod itself presents` }];
  }
  const spot = spotOf(agent, '/var/run/secrets/istio/root-cert.pem');
  const volume = spot === undefined ? undefined : volumeAt(pod.spec, spot);
  if (spot === undefined || volume === undefined) {
    const text = `${who} cannot verify istiod: nothing is mounted at /var/run/secrets/istio.`;
    return [{ code: 'istio-ca-not-mounted', text }];
  }
  if (mapAt(volume, 'configMap')['name'] === 'istio-ca-root-cert') {
    const lacking = rootConfigMapMissing(pod.namespace, world);
    return lacking === undefined ? [] : [lacking];
  }
  const text = `${who} reads the root certificate from the volume ${spot.volume}, which is not the ConfigMap istio-ca-root-cert.`;
  return [{ code: 'other-root-certificate', text, missing: `the root certificate in the volume ${spot.volume}` }];
}

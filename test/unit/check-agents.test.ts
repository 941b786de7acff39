/**
 * How the mesh's certificates get to the gateway proxies: one case for each condition.
 */
import type { ValueMap } from '../../src/value.ts';
import { autoWorks, type Case, casesIn, ssl, sslWorks } from '../support/proof-cases.ts';
import {
  add,
  agent,
  besides,
  container,
  dropMount,
  find,
  gateway,
  istiod,
  type Json,
  label,
  meshConfig,
  meshed,
  objectOf,
  onlySsl,
  onVersion,
  openEnv,
  setEnv,
  toPods,
  users,
  volume,
  type World,
  without,
} from '../support/proof-world.ts';

const holds = casesIn('test/golden/check/agents.txt');

const mount = (world: World, name: string, which = 'istio-certs'): Json =>
  container(world, name).volumeMounts.find((one: Json) => one.name === which);
const unset = (one: Json, name: string): void => {
  one.env = one.env.filter((item: Json) => item.name !== name);
};
const toInit = (world: World, name: string, more: ValueMap): void => {
  const { spec } = gateway(world);
  const one = container(world, name);
  spec.containers = spec.containers.filter((other: Json) => other !== one);
  spec.initContainers = [...(spec.initContainers ?? []), { ...one, ...more }];
};
const token = (world: World): Json =>
  gateway(world).spec.volumes.find((one: Json) => one.projected !== undefined).projected.sources[0].serviceAccountToken;
const istiodWith = (world: World, env: readonly ValueMap[], name = 'istiod', revision = 'default'): void => {
  const one = istiod({ 'istio.io/rev': revision }, name);
  one.spec.template.spec.containers[0].env = env;
  add(world, one);
};
const askAt = (world: World, address: string): void => {
  setEnv(agent(world), 'CA_ADDR', address);
};

holds('Containers', [
  [
    'native sidecars',
    (w) => {
      toInit(w, 'istio-proxy', { restartPolicy: 'Always' });
      toInit(w, 'sds', { restartPolicy: 'Always' });
    },
    autoWorks,
    sslWorks,
  ],
  [
    'a native sidecar without its token',
    ssl((w) => {
      dropMount(agent(w), 'istio-token');
      toInit(w, 'istio-proxy', { restartPolicy: 'Always' });
    }),
    'ssl refused presents-certificate token-not-mounted',
  ],
  [
    'a sidecar without its token',
    ssl((w) => dropMount(agent(w), 'istio-token')),
    'ssl refused presents-certificate token-not-mounted',
  ],
  [
    'an agent that runs once',
    ssl((w) => toInit(w, 'istio-proxy', {})),
    'ssl refused presents-certificate no-istio-proxy',
  ],
  [
    'an SDS server that runs once',
    ssl((w) => toInit(w, 'sds', { restartPolicy: 'Never' })),
    'ssl refused presents-certificate no-sds-container',
  ],
  [
    'neither of the containers',
    ssl((w) => {
      gateway(w).spec.containers = gateway(w).spec.containers.filter((one: Json) => one.name === 'gateway-proxy');
    }),
    'ssl refused presents-certificate no-sds-container',
  ],
  [
    'an SDS server without the mesh, and no agent',
    ssl((w) => {
      setEnv(container(w, 'sds'), 'ISTIO_MTLS_SDS_ENABLED', 'false');
      gateway(w).spec.containers = gateway(w).spec.containers.filter((one: Json) => one.name !== 'istio-proxy');
    }),
    'ssl refused presents-certificate sds-without-istio no-istio-proxy',
  ],
  [
    'an SDS server whose variables are in a ConfigMap',
    ssl((w) => {
      const sds = container(w, 'sds');
      unset(sds, 'ISTIO_MTLS_SDS_ENABLED');
      sds.envFrom = [{ configMapRef: { name: 'a' } }];
    }),
    'ssl unknown presents-certificate variable-from-elsewhere',
  ],
  [
    'an image that is not of the SDS server',
    ssl((w) => {
      container(w, 'sds').image = 'registry.example.com/own/server:1.17.3';
    }),
    'ssl unknown presents-certificate other-program',
  ],
  [
    'an SDS server with a command of its own',
    ssl((w) => {
      container(w, 'sds').command = ['/bin/sh'];
    }),
    'ssl unknown presents-certificate other-program',
  ],
  [
    'a copy of the SDS server under another registry',
    ssl((w) => {
      container(w, 'sds').image = 'registry.example.com:5000/gloo/sds-ee-fips@sha256:abc';
    }),
    sslWorks,
  ],
  [
    'an image that is not of the agent',
    ssl((w) => {
      agent(w).image = 'registry.example.com/own/agent:1.22.3';
    }),
    'ssl unknown presents-certificate other-program',
  ],
  [
    'an agent with a command of its own',
    ssl((w) => {
      agent(w).command = ['sleep', 'proxy'];
    }),
    'ssl unknown presents-certificate other-program',
  ],
  [
    "an agent whose command is that of Istio's image",
    ssl((w) => {
      agent(w).command = ['/usr/local/bin/pilot-agent', 'proxy'];
      agent(w).args = ['sidecar'];
    }),
    sslWorks,
  ],
  [
    'an agent that is not started',
    ssl((w) => {
      agent(w).args = ['istio-iptables'];
    }),
    'ssl refused presents-certificate agent-not-started',
  ],
  [
    'an agent without arguments',
    ssl((w) => {
      delete agent(w).args;
    }),
    'ssl refused presents-certificate agent-not-started',
  ],
  [
    'an SDS server without the variable',
    ssl((w) => unset(container(w, 'sds'), 'ISTIO_MTLS_SDS_ENABLED')),
    'ssl refused presents-certificate sds-without-istio',
  ],
  [
    'two values of the variable, of which the last counts',
    ssl((w) => {
      container(w, 'sds').env.unshift({ name: 'ISTIO_MTLS_SDS_ENABLED', value: 'false' });
    }),
    sslWorks,
  ],
]);

holds('The folder of the certificates', [
  [
    'certificates are not written',
    ssl((w) => setEnv(agent(w), 'OUTPUT_CERTS', '')),
    'ssl refused presents-certificate certificates-not-written',
  ],
  [
    'the folder of the certificates may be in a ConfigMap',
    ssl((w) => {
      unset(agent(w), 'OUTPUT_CERTS');
      agent(w).envFrom = [{ configMapRef: { name: 'a' } }];
    }),
    'ssl unknown presents-certificate variable-from-elsewhere',
  ],
  [
    'certificates are written beside the volume',
    ssl((w) => setEnv(agent(w), 'OUTPUT_CERTS', '/etc/istio-certificates')),
    'ssl refused presents-certificate certificates-elsewhere',
  ],
  [
    'certificates are written below the folder',
    ssl((w) => setEnv(agent(w), 'OUTPUT_CERTS', '/etc/istio-certs/own')),
    'ssl refused presents-certificate certificates-elsewhere',
  ],
  [
    'certificates are written with a slash at the end',
    ssl((w) => setEnv(agent(w), 'OUTPUT_CERTS', '/etc/istio-certs/')),
    sslWorks,
  ],
  [
    'certificates are read from another volume',
    ssl((w) => {
      mount(w, 'sds').name = 'other';
    }),
    'ssl refused presents-certificate certificates-elsewhere',
  ],
  [
    'certificates are read without a volume',
    ssl((w) => {
      mount(w, 'sds').mountPath = '/etc/other';
    }),
    'ssl refused presents-certificate certificates-elsewhere',
  ],
  [
    'certificates are read from a part that the start decides',
    ssl((w) => {
      mount(w, 'sds').subPathExpr = '$(POD)';
    }),
    'ssl unknown presents-certificate certificates-elsewhere',
  ],
  [
    'certificates are written to a part that the start decides',
    ssl((w) => {
      mount(w, 'istio-proxy').subPathExpr = '$(POD)';
    }),
    'ssl unknown presents-certificate certificates-elsewhere',
  ],
  [
    'an empty expression for a part',
    ssl((w) => {
      mount(w, 'istio-proxy').subPathExpr = '';
    }),
    sslWorks,
  ],
  [
    'both use the same part of the volume',
    ssl((w) => {
      for (const name of ['sds', 'istio-proxy']) mount(w, name).subPath = 'a/b';
    }),
    sslWorks,
  ],
  [
    'one uses a part of the volume, by its path',
    ssl((w) => {
      mount(w, 'sds').subPath = 'own';
      setEnv(agent(w), 'OUTPUT_CERTS', '/etc/istio-certs/own');
    }),
    sslWorks,
  ],
  [
    'a mount below another one decides',
    ssl((w) => {
      agent(w).volumeMounts.unshift({ name: 'other', mountPath: '/etc' });
      agent(w).volumeMounts.push({ name: 'other', mountPath: '/' });
    }),
    sslWorks,
  ],
  [
    'the later of two mounts at the same place',
    ssl((w) => {
      agent(w).volumeMounts.push({ name: 'other', mountPath: '/etc/istio-certs' });
    }),
    sslWorks,
  ],
  [
    'a mount at a place that only begins alike',
    ssl((w) => {
      agent(w).volumeMounts.push({ name: 'other', mountPath: '/etc/istio-cert' });
    }),
    sslWorks,
  ],
  [
    'a volume that can be read alone',
    ssl((w) => {
      mount(w, 'istio-proxy').readOnly = true;
    }),
    'ssl refused presents-certificate certificates-not-writable',
  ],
  [
    'a volume that sds alone reads',
    ssl((w) => {
      mount(w, 'sds').readOnly = true;
    }),
    sslWorks,
  ],
  ...['configMap', 'secret', 'projected', 'downwardAPI'].map(
    (kind): Case => [
      `certificates in a volume of the kind ${kind}`,
      ssl((w) => volume(w, 'istio-certs', { [kind]: {} })),
      'ssl refused presents-certificate certificates-not-writable',
    ],
  ),
  ...['emptyDir', 'hostPath', 'persistentVolumeClaim'].map(
    (kind): Case => [
      `certificates in a volume of the kind ${kind}`,
      ssl((w) => volume(w, 'istio-certs', { [kind]: {} })),
      sslWorks,
    ],
  ),
  [
    'certificates in a volume that is not there',
    ssl((w) => {
      gateway(w).spec.volumes = gateway(w).spec.volumes.filter((one: Json) => one.name !== 'istio-certs');
    }),
    'ssl refused presents-certificate certificates-not-writable',
  ],
]);

holds('Versions of the agent', [
  ...(
    [
      ['1.6.0', 'works'],
      ['1.6.1', 'certificates-not-rotated'],
      ['1.6.8', 'certificates-not-rotated'],
      ['1.6.9', 'works'],
      ['1.9.0', 'readable'],
      ['1.11.0', 'certificates-not-rotated'],
      ['1.13.9', 'certificates-not-rotated'],
      ['1.14.0', 'works'],
    ] as const
  ).map(
    ([tag, code]): Case => [
      `an agent of ${tag}`,
      ssl((w) => onVersion(w, tag)),
      code === 'works' || code === 'readable' ? sslWorks : `ssl refused presents-certificate ${code}`,
    ],
  ),
  [
    'an agent of 1.12 that runs its Envoy',
    ssl((w) => {
      onVersion(w, '1.12.9');
      setEnv(agent(w), 'DISABLE_ENVOY', 'false');
    }),
    sslWorks,
  ],
  ...(
    [
      ['1.6.9', ''],
      ['1.7.0', ''],
      ['1.7.1', ''],
      ['1.8.0', ''],
      ['1.6.9', 'Kubernetes'],
      ['1.7.1', 'east'],
      ['1.8.0', 'east'],
    ] as const
  ).map(
    ([tag, id]): Case => [
      `an agent of ${tag} of the cluster “${id}”`,
      ssl((w) => {
        onVersion(w, tag);
        setEnv(agent(w), 'ISTIO_META_CLUSTER_ID', id);
      }),
      (tag === '1.6.9' || tag === '1.7.1') && id === ''
        ? 'ssl refused presents-certificate cluster-id-missing'
        : tag === '1.8.0' && id === 'east'
          ? 'ssl unknown presents-certificate other-cluster'
          : sslWorks,
    ],
  ),
  [
    'an agent of 1.7.1 whose cluster is in a ConfigMap',
    ssl((w) => {
      onVersion(w, '1.7.1');
      openEnv(agent(w), 'ISTIO_META_CLUSTER_ID');
    }),
    sslWorks,
  ],
  [
    'an agent of 1.8.0 whose cluster is in a ConfigMap',
    ssl((w) => {
      onVersion(w, '1.8.0');
      openEnv(agent(w), 'ISTIO_META_CLUSTER_ID');
    }),
    'ssl unknown presents-certificate variable-from-elsewhere',
  ],
  [
    'an agent of the cluster that one of two istiods has',
    ssl((w) => {
      istiodWith(w, [{ name: 'CLUSTER_ID', value: 'west' }]);
      istiodWith(w, [{ name: 'CLUSTER_ID', value: 'east' }], 'istiod-b', 'b');
      setEnv(agent(w), 'ISTIO_META_CLUSTER_ID', 'east');
    }),
    sslWorks,
  ],
  [
    'an agent of the cluster Kubernetes, and an istiod that has no name for its own',
    ssl((w) => {
      istiodWith(w, [{ name: 'CLUSTER_ID', value: '' }]);
      setEnv(agent(w), 'ISTIO_META_CLUSTER_ID', 'Kubernetes');
    }),
    sslWorks,
  ],
  [
    'an agent of another cluster than istiod’s',
    ssl((w) => {
      istiodWith(w, [{ name: 'CLUSTER_ID', value: 'west' }]);
      setEnv(agent(w), 'ISTIO_META_CLUSTER_ID', 'Kubernetes');
    }),
    'ssl unknown presents-certificate other-cluster',
  ],
  [
    'an agent of no known version, without a token',
    ssl((w) => {
      onVersion(w, 'latest');
      dropMount(agent(w), 'istio-token');
    }),
    'ssl refused presents-certificate token-not-mounted',
  ],
  [
    'an agent of no known version, with an Envoy and as root',
    ssl((w) => {
      users(w, 0, 0);
      onVersion(w, 'latest');
      setEnv(agent(w), 'DISABLE_ENVOY', 'false');
    }),
    'ssl unknown presents-certificate agent-version-not-given',
  ],
  [
    'an agent without an image',
    ssl((w) => {
      delete agent(w).image;
    }),
    'ssl unknown presents-certificate other-program agent-version-not-given',
  ],
  ...(
    [
      [1337, 1337, 'works'],
      [1337, 101, 'refused'],
      [1337, 0, 'works'],
      [0, 101, 'refused'],
      [0, 0, 'works'],
      [1337, undefined, 'unknown'],
      [undefined, 101, 'unknown'],
      [undefined, undefined, 'unknown'],
    ] as const
  ).map(
    ([writer, reader, verdict]): Case => [
      `certificates that user ${writer} writes and user ${reader} reads`,
      ssl((w) => users(w, writer, reader)),
      verdict === 'works'
        ? sslWorks
        : verdict === 'refused'
          ? 'ssl refused presents-certificate certificates-not-readable'
          : 'ssl unknown presents-certificate certificates-not-readable',
    ],
  ),
  [
    'users that the pod sets for both',
    ssl((w) => {
      users(w, undefined, undefined);
      gateway(w).spec.securityContext = { runAsUser: 5 };
    }),
    sslWorks,
  ],
  [
    'a user of the pod, and another one of sds',
    ssl((w) => {
      users(w, undefined, 6);
      gateway(w).spec.securityContext = { runAsUser: 5 };
    }),
    'ssl refused presents-certificate certificates-not-readable',
  ],
]);

const firstParty =
  (tag: string, istio: string | undefined) =>
  (w: World): void => {
    onlySsl(w);
    onVersion(w, tag);
    if (istio === undefined) delete w.options['istioVersion'];
    else w.options['istioVersion'] = istio;
    setEnv(agent(w), 'JWT_POLICY', 'first-party-jwt');
    dropMount(agent(w), 'istio-token');
  };
holds('Tokens', [
  ['a first-party token that istiod takes', firstParty('1.21.6', '1.21.6'), sslWorks],
  [
    'a first-party token that istiod does not take',
    firstParty('1.21.6', '1.22.0'),
    'ssl refused presents-certificate first-party-jwt-removed',
  ],
  [
    'a first-party token, and an unknown istiod',
    firstParty('1.21.6', undefined),
    'ssl unknown presents-certificate first-party-jwt-removed',
  ],
  [
    'a first-party token of an agent that has none',
    firstParty('1.22.0', '1.22.0'),
    'ssl refused presents-certificate token-not-mounted',
  ],
  ...['none', 'third-party-jwt'].map(
    (policy): Case => [
      `JWT_POLICY is ${policy} before 1.22`,
      ssl((w) => {
        onVersion(w, '1.21.6');
        setEnv(agent(w), 'JWT_POLICY', policy);
      }),
      policy === 'none' ? 'ssl refused presents-certificate no-token' : sslWorks,
    ],
  ),
  [
    'JWT_POLICY is not set before 1.22',
    ssl((w) => {
      onVersion(w, '1.21.6');
      unset(agent(w), 'JWT_POLICY');
    }),
    sslWorks,
  ],
  ['JWT_POLICY is a word that is none since 1.22', ssl((w) => setEnv(agent(w), 'JWT_POLICY', 'none')), sslWorks],
  [
    'JWT_POLICY is in a ConfigMap before 1.22',
    ssl((w) => {
      onVersion(w, '1.21.6');
      openEnv(agent(w), 'JWT_POLICY');
    }),
    'ssl unknown presents-certificate variable-from-elsewhere',
  ],
  ['JWT_POLICY is in a ConfigMap since 1.22', ssl((w) => openEnv(agent(w), 'JWT_POLICY')), sslWorks],
  [
    'a token whose volume is not there',
    ssl((w) => {
      gateway(w).spec.volumes = gateway(w).spec.volumes.filter((one: Json) => one.projected === undefined);
    }),
    'ssl refused presents-certificate token-not-mounted',
  ],
  [
    'a token in a volume of a Secret',
    ssl((w) => volume(w, 'istio-token', { secret: { secretName: 'a' } })),
    'ssl unknown presents-certificate token-audience',
  ],
  [
    'a token in a volume of a Secret, and an istiod',
    ssl((w) => {
      volume(w, 'istio-token', { secret: { secretName: 'a' } });
      istiodWith(w, []);
    }),
    'ssl unknown presents-certificate token-audience',
  ],
  [
    'a token with another path',
    ssl((w) => {
      token(w).path = 'other';
    }),
    'ssl refused presents-certificate token-not-mounted',
  ],
  [
    'a token with another path, mounted as the usual one',
    ssl((w) => {
      token(w).path = 'other';
      Object.assign(mount(w, 'istio-proxy', 'istio-token'), {
        mountPath: '/var/run/secrets/tokens/istio-token',
        subPath: 'other',
      });
    }),
    sslWorks,
  ],
  [
    'a token after another source',
    ssl((w) => {
      gateway(w)
        .spec.volumes.find((one: Json) => one.projected !== undefined)
        .projected.sources.unshift({ configMap: { name: 'a' } });
    }),
    sslWorks,
  ],
  [
    'a token without an audience',
    ssl((w) => {
      delete token(w).audience;
    }),
    'ssl unknown presents-certificate token-audience',
  ],
  [
    'a token for an audience of istiod’s own',
    ssl((w) => {
      token(w).audience = 'mine';
      istiodWith(w, [{ name: 'TOKEN_AUDIENCES', value: 'istio-ca,mine' }]);
    }),
    sslWorks,
  ],
  [
    'a token for no audience of istiod',
    ssl((w) => {
      token(w).audience = 'mine';
      istiodWith(w, []);
    }),
    'ssl refused presents-certificate token-audience',
  ],
  [
    'a token for an audience of one of two istiods',
    ssl((w) => {
      istiodWith(w, [{ name: 'TOKEN_AUDIENCES', value: 'mine' }]);
      istiodWith(w, [], 'istiod-b', 'b');
    }),
    'ssl unknown presents-certificate token-audience',
  ],
  [
    'audiences that istiod reads from elsewhere',
    ssl((w) => istiodWith(w, [{ name: 'TOKEN_AUDIENCES', valueFrom: {} }])),
    'ssl unknown presents-certificate token-audience',
  ],
  [
    'audiences that one of two istiods reads from elsewhere',
    ssl((w) => {
      token(w).audience = 'mine';
      istiodWith(w, [{ name: 'TOKEN_AUDIENCES', valueFrom: {} }]);
      istiodWith(w, [], 'istiod-b', 'b');
    }),
    'ssl unknown presents-certificate token-audience',
  ],
]);

const excluded = (w: World): void => {
  onlySsl(w);
  meshConfig(w, 'discoverySelectors: [{matchLabels: {mesh: "on"}}]');
};
const onIstio =
  (version: string | undefined, ...env: readonly ValueMap[]) =>
  (w: World): void => {
    excluded(w);
    if (version === undefined) delete w.options['istioVersion'];
    else w.options['istioVersion'] = version;
    onVersion(w, version ?? '1.22.3');
    if (env.length > 0) istiodWith(w, env);
  };
const missing = 'ssl refused presents-certificate ca-configmap-missing';
const scoping = (value: string): ValueMap => ({ name: 'ENABLE_ENHANCED_RESOURCE_SCOPING', value });
holds('The root certificate, and the ConfigMap with it', [
  [
    'istiod is verified with a certificate of Kubernetes',
    ssl((w) => setEnv(agent(w), 'PILOT_CERT_PROVIDER', 'kubernetes')),
    'ssl unknown presents-certificate other-cert-provider',
  ],
  [
    'who verifies istiod is in a ConfigMap',
    ssl((w) => openEnv(agent(w), 'PILOT_CERT_PROVIDER')),
    'ssl unknown presents-certificate variable-from-elsewhere',
  ],
  [
    'the root certificate is not mounted',
    ssl((w) => dropMount(agent(w), 'istiod-ca-cert')),
    'ssl refused presents-certificate istio-ca-not-mounted',
  ],
  [
    'the volume of the root certificate is not there',
    ssl((w) => {
      gateway(w).spec.volumes = gateway(w).spec.volumes.filter((one: Json) => one.name !== 'istiod-ca-cert');
    }),
    'ssl refused presents-certificate istio-ca-not-mounted',
  ],
  [
    'the root certificate is in another ConfigMap',
    ssl((w) => volume(w, 'istiod-ca-cert', { configMap: { name: 'own' } })),
    'ssl unknown presents-certificate other-root-certificate',
  ],
  ['the mesh excludes the namespace', onIstio('1.22.3'), missing],
  [
    'the mesh excludes the namespace, but the ConfigMap is there',
    (w) => {
      excluded(w);
      add(w, objectOf('ConfigMap', 'v1', 'istio-ca-root-cert', 'gloo-system'));
    },
    sslWorks,
  ],
  [
    'the mesh excludes the namespace, and the ConfigMap is in another one',
    (w) => {
      excluded(w);
      add(w, objectOf('ConfigMap', 'v1', 'istio-ca-root-cert', 'shop'));
    },
    missing,
  ],
  [
    'the mesh selects the namespace by its label',
    (w) => {
      excluded(w);
      label(find(w, 'Namespace', 'gloo-system'), 'mesh', 'on');
    },
    sslWorks,
  ],
  [
    'the mesh selects the namespace by its name',
    (w) => {
      excluded(w);
      meshConfig(
        w,
        'discoverySelectors: [{matchLabels: {mesh: "on"}}, {matchLabels: {kubernetes.io/metadata.name: gloo-system}}]',
      );
    },
    sslWorks,
  ],
  [
    'the mesh selects by its name a namespace that was not given',
    (w) => {
      excluded(w);
      besides(w, 'Namespace');
      without(w, 'Namespace', 'gloo-system');
      label(gateway(w), 'sidecar.istio.io/inject', 'false');
      meshConfig(w, 'discoverySelectors: [{matchLabels: {kubernetes.io/metadata.name: gloo-system}}]');
    },
    sslWorks,
  ],
  [
    'the mesh may exclude a namespace that was not given',
    (w) => {
      excluded(w);
      besides(w, 'Namespace');
      without(w, 'Namespace', 'gloo-system');
      label(gateway(w), 'sidecar.istio.io/inject', 'false');
    },
    'ssl unknown presents-certificate ca-configmap-missing',
  ],
  [
    'the mesh excludes a namespace that is not there',
    (w) => {
      excluded(w);
      without(w, 'Namespace', 'gloo-system');
    },
    missing,
  ],
  [
    'one of two meshes excludes the namespace',
    (w) => {
      excluded(w);
      add(w, objectOf('ConfigMap', 'v1', 'istio-b', 'istio-system', { data: { mesh: '' } }));
    },
    sslWorks,
  ],
  [
    'both meshes exclude the namespace',
    (w) => {
      excluded(w);
      const mesh = 'discoverySelectors: [{matchLabels: {mesh: "off"}}]';
      add(w, objectOf('ConfigMap', 'v1', 'istio-b', 'istio-system', { data: { mesh } }));
    },
    missing,
  ],
  ['the mesh excludes the namespace, in an Istio before 1.22', onIstio('1.21.6'), sslWorks],
  ['an Istio before 1.22 is told to exclude it', onIstio('1.21.6', scoping('true')), missing],
  ['an Istio before 1.22 is told to exclude it, in other letters', onIstio('1.21.6', scoping('True')), missing],
  ['an Istio before 1.22 is told not to exclude it', onIstio('1.21.6', scoping('false')), sslWorks],
  ['an Istio from 1.22 on is told not to exclude it', onIstio('1.22.3', scoping('false')), sslWorks],
  ['an Istio from 1.25 on does not ask', onIstio('1.25.0', scoping('false')), missing],
  ['an Istio before 1.16 does not ask', onIstio('1.15.7', scoping('true')), sslWorks],
  [
    'an Istio before 1.22 is told by a ConfigMap',
    onIstio('1.21.6', { name: 'ENABLE_ENHANCED_RESOURCE_SCOPING', valueFrom: {} }),
    'ssl unknown presents-certificate ca-configmap-missing',
  ],
  ['an istiod with other variables', onIstio('1.21.6', { name: 'OTHER', value: 'true' }), sslWorks],
  [
    'one of two istiods is told to exclude it',
    (w) => {
      onIstio('1.21.6', scoping('true'))(w);
      istiodWith(w, [scoping('false')], 'istiod-b', 'b');
    },
    sslWorks,
  ],
  [
    'the mesh excludes the namespace, in an Istio of no known version',
    onIstio(undefined),
    'ssl unknown presents-certificate ca-configmap-missing',
  ],
  ['the configuration of the mesh is not there', ssl((w) => without(w, 'ConfigMap', 'istio')), sslWorks],
  [
    'the configuration of the mesh is not given',
    ssl((w) => {
      besides(w, 'ConfigMap');
      without(w, 'ConfigMap', 'istio');
    }),
    'ssl unknown presents-certificate mesh-config-not-given',
  ],
  [
    'the configuration of a mesh in another namespace is not given',
    ssl((w) => {
      besides(w, 'ConfigMap');
      without(w, 'ConfigMap', 'istio');
      add(w, istiod({ 'istio.io/rev': 'default' }, 'istiod', 'mesh'));
      askAt(w, 'istiod.mesh.svc:15012');
      setEnv(agent(w), 'PROXY_CONFIG', '{"discoveryAddress": "istiod.mesh.svc:15012"}');
    }),
    'ssl unknown presents-certificate mesh-config-not-given',
  ],
]);

const there = (address: string, code?: string): Case => [
  `certificates from ${address}`,
  ssl((w) => {
    setEnv(agent(w), 'PROXY_CONFIG', '');
    askAt(w, address);
  }),
  code === undefined ? sslWorks : `ssl ${code}`,
];
const wrong = 'refused presents-certificate istiod-address';
const gone = 'refused presents-certificate istiod-not-there';
const stranger = 'unknown presents-certificate other-authority';
const among = (names: readonly string[], address: string, expected: string): Case => [
  `of the Services ${names.join()} the agent asks ${address}`,
  ssl((w) => {
    add(w, ...names.map((name) => objectOf('Service', 'v1', name, 'istio-system')));
    askAt(w, address);
  }),
  expected,
];
const byRevision = (labels: ValueMap, name: string, address: string, expected: string): Case => [
  `istiod ${name} with ${JSON.stringify(labels)}, and the agent asks ${address}`,
  ssl((w) => {
    add(w, istiod(labels, name));
    toPods(w, meshed());
    askAt(w, address);
  }),
  expected,
];
holds('The istiod that the agent asks', [
  there('istiod.istio-system:15012'),
  there('istiod.istio-system.svc:15012'),
  there('istiod.istio-system.svc.cluster.local:15012'),
  there('istiod.istio-system.svc.mesh-1.example.com:15012'),
  there('istiod-1-22.istio-system.svc:15012'),
  there('istiod.istio-system.svc.cluster.local', wrong),
  there('istiod.istio-system.svc:15010', wrong),
  there('istiod.istio-system.pod:15012', stranger),
  there('istiodx.istio-system.svc:15012', stranger),
  there('my-istiod.istio-system.svc:15012', stranger),
  there('istiod:15012', stranger),
  there('10.0.0.1:15012', stranger),
  there('$(HOST):15012', stranger),
  there('istio-pilot.istio-system.svc:15012', gone),
  [
    'an agent that asks where PROXY_CONFIG says',
    ssl((w) => {
      askAt(w, '');
      setEnv(agent(w), 'PROXY_CONFIG', '{"discoveryAddress": "ca.example.com:15012"}');
    }),
    'ssl unknown presents-certificate other-authority',
  ],
  [
    'an agent that asks where CA_ADDR says, not PROXY_CONFIG',
    ssl((w) => {
      setEnv(agent(w), 'PROXY_CONFIG', '{"discoveryAddress": "ca.example.com:15012"}');
    }),
    sslWorks,
  ],
  [
    'an agent before 1.9, which needs both',
    ssl((w) => {
      onVersion(w, '1.8.6');
      setEnv(agent(w), 'PROXY_CONFIG', '{"discoveryAddress": "ca.example.com:15012"}');
    }),
    'ssl unknown presents-certificate other-authority',
  ],
  ...(
    [
      ['1.9.9', '{discoveryAddress: "istiod.istio-system.svc:15010"}', 'works'],
      ['1.8.6', '{discoveryAddress: "istiod.istio-system.svc:15010"}', 'refused'],
      ['1.7.8', '{discoveryAddress: "istiod.istio-system.svc:15010", controlPlaneAuthPolicy: MUTUAL_TLS}', 'refused'],
      ['1.8.6', '{discoveryAddress: "istiod.istio-system.svc:15014"}', 'refused'],
      ['1.8.6', '{discoveryAddress: "istiod.istio-system.svc:15010", controlPlaneAuthPolicy: NONE}', 'unknown'],
      ['1.7.8', '{discoveryAddress: "istiod.istio-system.svc:15010", control_plane_auth_policy: 0}', 'unknown'],
      ['1.8.6', '{controlPlaneAuthPolicy: NONE}', 'refused'],
      ['1.8.6', '{controlPlaneAuthPolicy: MUTUAL_TLS}', 'works'],
      ['1.8.6', '{controlPlaneAuthPolicy: null}', 'works'],
      ['1.9.9', '{controlPlaneAuthPolicy: NONE}', 'works'],
      ['1.6.14', '{controlPlaneAuthPolicy: NONE}', 'works'],
      ['1.6.14', '{discoveryAddress: "istiod.istio-system.svc:15010"}', 'unknown'],
      ['1.6.14', '{discoveryAddress: "istiod.istio-system.svc:15010", controlPlaneAuthPolicy: 1}', 'refused'],
    ] as const
  ).map(
    ([tag, config, verdict]): Case => [
      `an agent of ${tag} with the PROXY_CONFIG ${config}`,
      ssl((w) => {
        onVersion(w, tag);
        setEnv(agent(w), 'CA_ADDR', 'istiod.istio-system.svc:15012');
        setEnv(agent(w), 'PROXY_CONFIG', config);
      }),
      verdict === 'works' ? sslWorks : `ssl ${verdict} presents-certificate istiod-address`,
    ],
  ),
  [
    'an agent whose address is in a ConfigMap',
    ssl((w) => openEnv(agent(w), 'CA_ADDR')),
    'ssl unknown presents-certificate variable-from-elsewhere',
  ],
  [
    'an agent whose PROXY_CONFIG is in a ConfigMap',
    ssl((w) => openEnv(agent(w), 'PROXY_CONFIG')),
    'ssl unknown presents-certificate variable-from-elsewhere',
  ],
  among(['istiod'], 'istiod.istio-system.svc:15012', sslWorks),
  among(['istiod-b'], 'istiod.istio-system.svc:15012', `ssl ${gone}`),
  among(['istiod-b', 'istiod'], 'istiod.istio-system.svc:15012', sslWorks),
  among(['istiodx', 'other'], 'istiod.istio-system.svc:15012', sslWorks),
  among(['istiod'], 'istiod-b.istio-system.svc:15012', `ssl ${gone}`),
  among(['istiod'], 'istiod.mesh.svc:15012', sslWorks),
  byRevision({ 'istio.io/rev': 'default' }, 'istiod', 'istiod.istio-system.svc:15012', sslWorks),
  byRevision({ 'istio.io/rev': '' }, 'istiod-x', 'istiod.istio-system.svc:15012', sslWorks),
  byRevision({}, 'istiod', 'istiod.istio-system.svc:15012', sslWorks),
  byRevision({}, 'istiod-b', 'istiod-b.istio-system.svc:15012', sslWorks),
  byRevision({}, 'istiod-b', 'istiod.istio-system.svc:15012', `ssl ${gone}`),
  byRevision({ 'istio.io/rev': 'b' }, 'istiod-b', 'istiod-b.istio-system.svc:15012', sslWorks),
  byRevision({ 'istio.io/rev': 'b' }, 'istiod-b', 'istiod.istio-system.svc:15012', `ssl ${gone}`),
]);

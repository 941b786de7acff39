/**
 * What the pods behind an Upstream do with what they get: one case for each condition.
 */
import type { ValueMap } from '../../src/value.ts';
import { auto, type Case, casesIn, ssl, sslWorks } from '../support/proof-cases.ts';
import {
  add,
  allow,
  annotate,
  besides,
  find,
  inAmbient,
  istiod,
  type Json,
  kubeTo,
  label,
  leadTo,
  meshed,
  objectOf,
  own,
  plainly,
  policy,
  service,
  toPods,
  type World,
  web,
  without,
} from '../support/proof-world.ts';

const holds = casesIn('test/golden/check/pods.txt');

const bare = (name = 'web-1'): Json => {
  const pod = meshed(name);
  pod.spec.containers = [{ name: 'app' }];
  return pod;
};
const mode = (world: World, name: string): void => {
  find(world, 'PeerAuthentication').spec.mtls.mode = name;
};
const sslConfig = (world: World): Json => find(world, 'Upstream', 'ssl').spec.sslConfig;
const named = (world: World, name: string): void => {
  service(world).spec.ports[0].name = name;
};
const noSidecar = 'ssl refused certificates-served presents-certificate no-sidecar';

holds('Which pods are behind a Service', [
  [
    'pods that have ended do not count',
    ssl((w) => {
      const [failed, done] = [bare('web-2'), bare('web-3')];
      failed.status.phase = 'Failed';
      done.status.phase = 'Succeeded';
      toPods(w, meshed(), failed, done);
    }),
    sslWorks,
  ],
  [
    'pods that have not begun count',
    ssl((w) => {
      const pending = bare('web-2');
      pending.status = { phase: 'Pending' };
      toPods(w, meshed(), pending);
    }),
    'ssl refused certificates-served presents-certificate no-sidecar',
  ],
  [
    'pods that are being deleted do not count beside others',
    ssl((w) => {
      const leaving = bare('web-2');
      leaving.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
      toPods(w, meshed(), leaving);
    }),
    sslWorks,
  ],
  [
    'pods that are being deleted count alone',
    ssl((w) => {
      const leaving = bare();
      leaving.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
      toPods(w, leaving);
    }),
    'ssl refused certificates-served presents-certificate no-sidecar',
  ],
  [
    'pods of another namespace do not count',
    ssl((w) => {
      const other = bare('web-2');
      other.metadata.namespace = 'other';
      toPods(w, meshed(), other);
    }),
    sslWorks,
  ],
  [
    'pods with other labels do not count',
    ssl((w) => {
      const other = bare('web-2');
      other.metadata.labels = { app: 'other' };
      toPods(w, meshed(), other);
    }),
    sslWorks,
  ],
  [
    'one label of two is not enough',
    ssl((w) => {
      service(w).spec.selector = { app: 'web', track: 'a' };
      const [one, other] = [meshed(), bare('web-2')];
      one.metadata.labels.track = 'a';
      toPods(w, one, other);
    }),
    sslWorks,
  ],
  [
    'a workload beside its pods does not count',
    ssl((w) => {
      web(w).metadata.labels['sidecar.istio.io/inject'] = 'false';
      const pod = meshed();
      pod.metadata.labels['sidecar.istio.io/inject'] = 'false';
      besides(w, 'Pod');
      add(w, pod);
    }),
    sslWorks,
  ],
  [
    'a workload beside pods of another one counts',
    ssl((w) => {
      web(w).metadata.labels = { app: 'web', track: 'old', 'sidecar.istio.io/inject': 'false' };
      besides(w, 'Pod');
      add(w, meshed());
    }),
    'ssl refused certificates-served presents-certificate no-sidecar',
  ],
  [
    'a workload beside all the pods there are does not count',
    ssl((w) => {
      web(w).metadata.labels = { app: 'web', track: 'old', 'sidecar.istio.io/inject': 'false' };
      add(w, meshed());
    }),
    sslWorks,
  ],
  [
    'pods that are ready get the requests',
    auto((w) => {
      const late = bare('web-2');
      late.status.conditions = [{ type: 'Ready', status: 'False' }];
      delete late.metadata.labels['security.istio.io/tlsMode'];
      toPods(w, meshed(), late);
    }),
    'auto plain-text auto-mtls-unmarked plain-text-no-sidecar',
  ],
  [
    'a pod with another condition that is false is ready',
    ssl((w) => {
      const late = bare('web-2');
      late.status.conditions = [{ type: 'Initialized', status: 'False' }];
      toPods(w, meshed(), late);
    }),
    'ssl refused certificates-served presents-certificate no-sidecar',
  ],
  [
    'pods that are all not ready get the requests',
    ssl((w) => {
      const late = bare();
      late.status.conditions = [{ type: 'Ready', status: 'Unknown' }];
      toPods(w, late);
    }),
    noSidecar,
  ],
  [
    'a pod of an older account field',
    ssl((w) => {
      const one = meshed();
      delete one.spec.serviceAccountName;
      one.spec.serviceAccount = 'old';
      toPods(w, one);
      sslConfig(w).verifySubjectAltName = ['spiffe://cluster.local/ns/shop/sa/old'];
    }),
    sslWorks,
  ],
  [
    'a pod of the default account',
    ssl((w) => {
      const one = meshed();
      delete one.spec.serviceAccountName;
      toPods(w, one);
      sslConfig(w).verifySubjectAltName = ['spiffe://cluster.local/ns/shop/sa/default'];
    }),
    sslWorks,
  ],
  [
    'a pod of another account than the Upstream expects',
    ssl((w) => {
      toPods(w, meshed());
      sslConfig(w).verifySubjectAltName = [
        'spiffe://cluster.local/ns/shop/sa/a',
        'spiffe://cluster.local/ns/shop/sa/b',
      ];
    }),
    'ssl refused certificates-served presents-certificate other-server-name',
  ],
  [
    'one of the accounts that the Upstream expects',
    ssl((w) => {
      toPods(w, meshed());
      sslConfig(w).verifySubjectAltName = [
        'spiffe://cluster.local/ns/shop/sa/a',
        'spiffe://cluster.local/ns/shop/sa/web',
      ];
    }),
    sslWorks,
  ],
  [
    'two pods of which one has the account',
    ssl((w) => {
      const two = meshed('web-2');
      two.spec.serviceAccountName = 'two';
      toPods(w, meshed(), two);
      sslConfig(w).verifySubjectAltName = ['spiffe://cluster.local/ns/shop/sa/web'];
    }),
    'ssl refused certificates-served presents-certificate other-server-name',
  ],
  [
    'two pods with other numbers for a named port',
    ssl((w) => {
      service(w).spec.ports[0].targetPort = 'web';
      const [one, two] = [meshed(), meshed('web-2')];
      one.spec.containers[0].ports = [{ name: 'web', containerPort: 8080 }];
      two.spec.containers[0].ports = [{ name: 'web', containerPort: 9090 }];
      toPods(w, one, two);
      add(
        w,
        policy('PeerAuthentication', {
          selector: { matchLabels: { app: 'web' } },
          portLevelMtls: { 9090: { mode: 'DISABLE' } },
        }),
      );
    }),
    'ssl refused certificates-served presents-certificate mtls-not-ended',
  ],
  [
    'two pods with other excluded ports',
    ssl((w) => {
      const two = meshed('web-2');
      annotate(two, 'traffic.sidecar.istio.io/excludeInboundPorts', '8080');
      toPods(w, meshed(), two);
    }),
    'ssl refused certificates-served presents-certificate no-sidecar',
  ],
  [
    'two pods with other redirected ports',
    ssl((w) => {
      const two = meshed('web-2');
      annotate(two, 'traffic.sidecar.istio.io/includeInboundPorts', '9090');
      toPods(w, meshed(), two);
    }),
    'ssl refused certificates-served presents-certificate no-sidecar',
  ],
  [
    'two pods with other labels that a policy asks for',
    ssl((w) => {
      const two = meshed('web-2');
      two.metadata.labels.track = 'two';
      toPods(w, meshed(), two);
      add(w, policy('PeerAuthentication', { selector: { matchLabels: { track: 'two' } }, mtls: { mode: 'DISABLE' } }));
    }),
    'ssl refused certificates-served presents-certificate mtls-not-ended',
  ],
  [
    'two pods with other labels that a policy of the root namespace asks for',
    ssl((w) => {
      const two = meshed('web-2');
      two.metadata.labels.track = 'two';
      toPods(w, meshed(), two);
      add(w, policy('AuthorizationPolicy', { selector: { matchLabels: { track: 'two' } } }, 'istio-system'));
    }),
    'ssl refused certificates-served presents-certificate authorization-denied',
  ],
  [
    'two pods with other labels that a Service asks for',
    ssl((w) => {
      const two = meshed('web-2');
      two.metadata.labels.track = 'two';
      toPods(w, meshed(), two);
      mode(w, 'PERMISSIVE');
      delete sslConfig(w).alpnProtocols;
      delete service(w).spec.ports[0].name;
      const other = structuredClone(service(w));
      Object.assign(other.metadata, { name: 'a-two', creationTimestamp: '2020-01-01T00:00:00Z' });
      other.spec.selector = { track: 'two' };
      other.spec.ports[0].name = 'http';
      add(w, other);
    }),
    'ssl refused certificates-served presents-certificate alpn-not-recognised',
  ],
  [
    'two pods of which one is a gateway of Istio',
    ssl((w) => {
      const two = meshed('web-2', { args: ['proxy', 'router'] });
      toPods(w, meshed(), two);
    }),
    'ssl unknown certificates-served presents-certificate not-a-sidecar',
  ],
  [
    'two pods of which one is not in the mesh',
    auto((w) => toPods(w, meshed(), bare('web-2'))),
    'auto refused certificates-served auto-mtls no-sidecar',
  ],
]);

const annotated = (annotations: ValueMap, ...expected: string[]): Case => [
  `pods with the annotations ${JSON.stringify(annotations)}`,
  ssl((w) => {
    const one = meshed();
    one.metadata.annotations = annotations;
    toPods(w, one);
  }),
  ...expected,
];
const notASidecar = 'ssl unknown certificates-served presents-certificate not-a-sidecar';
const ports = (kind: string, value: string, expected: string): Case =>
  annotated({ [`traffic.sidecar.istio.io/${kind}InboundPorts`]: value }, expected);
const atPort = (port: number, expected: string): Case => [
  `the pods' port ${port}`,
  ssl((w) => {
    toPods(w, meshed());
    service(w).spec.ports[0].targetPort = port;
  }),
  expected,
];
holds('What terminates mTLS in a pod', [
  annotated({ 'inject.istio.io/templates': 'grpc-agent' }, notASidecar),
  annotated({ 'inject.istio.io/templates': 'sidecar,grpc-simple' }, notASidecar),
  annotated({ 'inject.istio.io/templates': 'gateway' }, notASidecar),
  annotated({ 'inject.istio.io/templates': 'my-gateway-like' }, notASidecar),
  annotated({ 'inject.istio.io/templates': 'sidecar' }, sslWorks),
  annotated({ 'inject.istio.io/templates': 'mygrpc-x,gateways' }, sslWorks),
  annotated({ 'sidecar.istio.io/interceptionMode': 'NONE' }, noSidecar),
  annotated({ 'sidecar.istio.io/interceptionMode': 'TPROXY' }, sslWorks),
  ports('exclude', '8080', noSidecar),
  ports('exclude', '1,8080 ,2', noSidecar),
  ports('exclude', '80,808,18080', sslWorks),
  ports('exclude', '', sslWorks),
  ports('include', '8080', sslWorks),
  ports('include', ' * ', sslWorks),
  ports('include', '', noSidecar),
  ports('include', '80,9090', noSidecar),
  [
    'ports that are included and excluded',
    ssl((w) => {
      const one = meshed();
      one.metadata.annotations = {
        'traffic.sidecar.istio.io/includeInboundPorts': '*',
        'traffic.sidecar.istio.io/excludeInboundPorts': '8080',
      };
      toPods(w, one);
    }),
    noSidecar,
  ],
  ...[15020, 15021, 15090].map((port) => atPort(port, noSidecar)),
  atPort(15022, sslWorks),
  [
    'a sidecar that is a native one',
    ssl((w) => {
      const one = bare();
      one.spec.initContainers = [{ name: 'istio-proxy', restartPolicy: 'Always' }];
      toPods(w, one);
    }),
    sslWorks,
  ],
  [
    'a pod that was injected, by its annotation',
    ssl((w) => {
      const one = bare();
      one.metadata.annotations = { 'sidecar.istio.io/status': '{}' };
      toPods(w, one);
    }),
    sslWorks,
  ],
  [
    'a pod with an agent beside sds',
    ssl((w) => {
      const one = meshed();
      one.spec.containers.push({ name: 'sds' });
      toPods(w, one);
    }),
    noSidecar,
  ],
  [
    'a pod whose agent runs no Envoy',
    ssl((w) => toPods(w, meshed('web-1', { env: [{ name: 'DISABLE_ENVOY', value: 'true' }] }))),
    noSidecar,
  ],
  [
    'a pod whose agent has other variables',
    ssl((w) =>
      toPods(
        w,
        meshed('web-1', {
          env: [
            { name: 'DISABLE_ENVOY', value: 'false' },
            { name: 'OTHER', value: 'true' },
          ],
        }),
      ),
    ),
    sslWorks,
  ],
  [
    'a pod on the network of its node, in ambient',
    auto((w) => {
      inAmbient(w);
      const one = bare();
      one.spec.hostNetwork = true;
      toPods(w, one);
    }),
    'auto plain-text no-tls plain-text-no-sidecar',
  ],
  [
    'a pod that ztunnel has',
    ssl((w) => {
      const one = bare();
      one.metadata.annotations = { 'ambient.istio.io/redirection': 'enabled' };
      toPods(w, one);
    }),
    'ssl refused certificates-served presents-certificate ambient-does-not-end-mtls',
  ],
  [
    'a pod that ztunnel does not have',
    ssl((w) => {
      const one = bare();
      one.metadata.annotations = { 'ambient.istio.io/redirection': 'disabled' };
      toPods(w, one);
    }),
    noSidecar,
  ],
  [
    'a pod whose Namespace may be in ambient',
    auto((w) => {
      plainly(w);
      besides(w, 'Namespace');
      without(w, 'Namespace', 'shop');
      toPods(w, bare());
    }),
    'auto unknown not-given',
  ],
  [
    'a pod in ambient before there was ambient',
    ssl((w) => {
      w.options['istioVersion'] = '1.17.8';
      label(find(w, 'Namespace', 'shop'), 'istio.io/dataplane-mode', 'ambient');
      toPods(w, bare());
    }),
    noSidecar,
  ],
]);

const template = (what: string, change: (world: World) => void, ...expected: string[]): Case => [
  what,
  ssl(change),
  ...expected,
];
const open = 'ssl unknown not-given';
holds('What a template’s pods will be', [
  template('a template that refuses injection', (w) => label(web(w), 'sidecar.istio.io/inject', 'false'), noSidecar),
  template(
    'a template that refuses injection by its annotation',
    (w) => annotate(web(w), 'sidecar.istio.io/inject', 'false'),
    noSidecar,
  ),
  template(
    'a template with a word that injectors read in different ways',
    (w) => annotate(web(w), 'sidecar.istio.io/inject', 'on'),
    'ssl unknown not-given',
  ),
  template(
    'a template of an unknown Namespace',
    (w) => {
      besides(w, 'Namespace');
      without(w, 'Namespace', 'shop');
    },
    'ssl unknown not-given',
  ),
  template(
    'a template of an unknown Namespace that refuses injection',
    (w) => {
      besides(w, 'Namespace');
      without(w, 'Namespace', 'shop');
      label(web(w), 'sidecar.istio.io/inject', 'false');
      label(web(w), 'istio.io/dataplane-mode', 'none');
    },
    noSidecar,
  ),
  template(
    'a template of a Namespace without injection',
    (w) => {
      find(w, 'Namespace', 'shop').metadata.labels = {};
    },
    noSidecar,
  ),
  template(
    'a template that asks for injection itself',
    (w) => {
      find(w, 'Namespace', 'shop').metadata.labels = {};
      label(web(w), 'sidecar.istio.io/inject', 'true');
    },
    sslWorks,
  ),
  template(
    'a template on the network of its node',
    (w) => {
      web(w).spec.hostNetwork = true;
    },
    noSidecar,
  ),
  template(
    'a template with its own sidecar',
    (w) => {
      find(w, 'Namespace', 'shop').metadata.labels = {};
      web(w).spec.containers.push({ name: 'istio-proxy' });
    },
    sslWorks,
  ),
  template(
    'a template of a revision that is there',
    (w) => {
      find(w, 'Namespace', 'shop').metadata.labels = { 'istio.io/rev': 'b' };
      add(w, istiod(), istiod({ 'istio.io/rev': 'b' }, 'istiod-b'));
    },
    sslWorks,
  ),
  template(
    'a template of a revision that is not there',
    (w) => {
      find(w, 'Namespace', 'shop').metadata.labels = { 'istio.io/rev': 'b' };
      add(w, istiod());
    },
    open,
  ),
  template(
    'a template of a revision, where no istiod is known',
    (w) => {
      find(w, 'Namespace', 'shop').metadata.labels = { 'istio.io/rev': 'b' };
    },
    sslWorks,
  ),
  ...(
    [
      [{ 'istio.io/rev': 'a', 'istio.io/tag': 'b' }, sslWorks],
      [{ 'istio.io/rev': 'b' }, sslWorks],
      [{ 'istio.io/rev': 'a' }, open],
      [{}, open],
      [{ 'istio.io/tag': 'c' }, open],
      [{ 'istio.io/tag': 'b' }, sslWorks],
    ] as const
  ).map(
    ([labels, expected]): Case =>
      template(
        `a template of the revision b, and a webhook with ${JSON.stringify(labels)}`,
        (w) => {
          find(w, 'Namespace', 'shop').metadata.labels = { 'istio.io/rev': 'b' };
          const webhook = objectOf('MutatingWebhookConfiguration', 'admissionregistration.k8s.io/v1', 'injector', 'x');
          webhook.metadata.labels = labels;
          add(w, istiod(), webhook);
        },
        expected,
      ),
  ),
  ...['', 'default'].map(
    (revision): Case =>
      template(
        `the default injector of an istiod with the revision “${revision}”`,
        (w) => add(w, istiod({ 'istio.io/rev': revision })),
        sslWorks,
      ),
  ),
  template('the default injector of an istiod without a revision', (w) => add(w, istiod({})), sslWorks),
]);

const call = (what: string, change: (world: World) => void, expected: string): Case => [what, ssl(change), expected];
const ended = sslWorks;
const refused = (code: string): string => `ssl refused certificates-served presents-certificate ${code}`;
const tls = (verdict: string, code: string): string => `ssl ${verdict} other-tls ${code}`;
const unknownAlpn = refused('alpn-not-recognised');
const appEnds = 'ssl unknown certificates-served presents-certificate app-ends-tls';
holds('Ports and what they take', [
  ...(
    [
      ['PERMISSIVE', 'http', 'istio', ended],
      ['PERMISSIVE', 'http', 'istio-http/1.0', ended],
      ['PERMISSIVE', 'http', 'istio-http/1.1', ended],
      ['PERMISSIVE', 'http', 'istio-http/1.2', unknownAlpn],
      ['PERMISSIVE', 'http', 'istio-h2', ended],
      ['PERMISSIVE', 'http', 'istio-h2c', unknownAlpn],
      ['PERMISSIVE', 'http', 'istio-peer-exchange', ended],
      ['PERMISSIVE', 'http', 'istio-peer', unknownAlpn],
      ['PERMISSIVE', 'http', 'http/1.1', unknownAlpn],
      ['PERMISSIVE', 'http', '', unknownAlpn],
      ['PERMISSIVE', 'http', 'http/1.1,istio', ended],
      ['PERMISSIVE', 'tcp', 'istio', ended],
      ['PERMISSIVE', 'tcp', 'http/1.1', unknownAlpn],
      ['PERMISSIVE', 'other', 'istio-http/1.1', ended],
      ['PERMISSIVE', 'other', '', unknownAlpn],
      ['PERMISSIVE', 'https', 'istio', appEnds],
      ['PERMISSIVE', 'https', '', unknownAlpn],
      ['STRICT', 'http', '', ended],
      ['STRICT', 'http', 'http/1.1', ended],
      ['STRICT', 'http', 'h2', 'ssl unknown certificates-served presents-certificate alpn-of-other-http'],
      ['STRICT', 'tcp', 'h2', ended],
      ['STRICT', 'tcp', '', ended],
      ['STRICT', 'other', 'istio-http/1.1', ended],
      ['STRICT', 'https', '', appEnds],
      ['DISABLE', 'http', 'istio', refused('mtls-not-ended')],
      ['DISABLE', 'tcp', 'istio', refused('mtls-not-ended')],
      ['DISABLE', 'other', '', refused('mtls-not-ended')],
      ['DISABLE', 'https', 'istio', refused('mtls-not-ended')],
    ] as const
  ).map(
    ([name, port, alpn, expected]): Case =>
      call(
        `${name} at a port named ${port}, with the ALPN “${alpn}”`,
        (w) => {
          mode(w, name);
          named(w, port);
          sslConfig(w).alpnProtocols = alpn === '' ? [] : alpn.split(',');
        },
        expected,
      ),
  ),
  ...(
    [
      [true, 'h2', ended],
      [true, 'http/1.1', 'ssl unknown certificates-served presents-certificate alpn-of-other-http'],
      [true, 'h2,http/1.1', ended],
      [false, 'h2,http/1.1', 'ssl unknown certificates-served presents-certificate alpn-of-other-http'],
    ] as const
  ).map(
    ([useHttp2, alpn, expected]): Case =>
      call(
        `the ALPN “${alpn}” with useHttp2: ${useHttp2}`,
        (w) => {
          sslConfig(w).alpnProtocols = alpn.split(',');
          find(w, 'Upstream', 'ssl').spec.useHttp2 = useHttp2;
        },
        expected,
      ),
  ),
  ...(
    [
      ['PERMISSIVE', 'http', tls('refused', 'tls-refused')],
      ['PERMISSIVE', 'tcp', tls('unknown', 'tls-left-to-app')],
      ['DISABLE', 'http', tls('refused', 'tls-read-as-http')],
      ['DISABLE', 'tcp', tls('unknown', 'tls-left-to-app')],
      ['STRICT', 'http', tls('refused', 'no-client-certificate')],
      ['STRICT', 'tcp', tls('refused', 'no-client-certificate')],
    ] as const
  ).map(
    ([name, port, expected]): Case =>
      call(
        `${name} at a port named ${port}, with TLS that is not the mesh’s`,
        (w) => {
          find(w, 'Upstream', 'ssl').spec.sslConfig = { sni: 'web' };
          mode(w, name);
          named(w, port);
        },
        expected,
      ),
  ),
  ...(
    [
      ['PERMISSIVE', 'auto plain-text no-tls plain-text'],
      ['STRICT', 'auto refused no-tls plain-text-refused'],
      ['DISABLE', 'auto plain-text no-tls plain-text'],
    ] as const
  ).map(
    ([name, expected]): Case => [
      `${name} for plain text`,
      (w) => {
        plainly(w);
        mode(w, name);
      },
      expected,
    ],
  ),
  [
    'the PROXY protocol before plain text',
    (w) => {
      plainly(w);
      mode(w, 'PERMISSIVE');
      find(w, 'Upstream', 'auto').spec.proxyProtocolVersion = 'V1';
    },
    'auto unknown no-tls proxy-protocol',
  ],
  call(
    'the PROXY protocol before TLS',
    (w) => {
      find(w, 'Upstream', 'ssl').spec.proxyProtocolVersion = 'V1';
    },
    'ssl refused certificates-served presents-certificate proxy-protocol',
  ),
  [
    'plain text that a policy does not let in',
    (w) => {
      plainly(w);
      mode(w, 'PERMISSIVE');
      allow(w, { from: [{ source: { principals: [own] } }] });
    },
    'auto refused no-tls authorization-denied',
  ],
  [
    'plain text that a policy lets in by its request',
    (w) => {
      plainly(w);
      mode(w, 'PERMISSIVE');
      allow(w, { to: [{ operation: { methods: ['GET'] } }] });
    },
    'auto unknown no-tls plain-text authorization-depends',
  ],
  [
    'plain text at a TCP port that a policy lets in by its request',
    (w) => {
      plainly(w);
      mode(w, 'PERMISSIVE');
      named(w, 'tcp');
      allow(w, { to: [{ operation: { methods: ['GET'] } }] });
    },
    'auto refused no-tls authorization-denied',
  ],
  call(
    'two Services of which the older one declares the port',
    (w) => {
      mode(w, 'PERMISSIVE');
      sslConfig(w).alpnProtocols = [];
      named(w, 'other');
      const older = structuredClone(service(w));
      older.metadata = { name: 'older', namespace: 'shop', creationTimestamp: '2020-01-01T00:00:00Z' };
      older.spec.ports[0].name = 'http';
      service(w).metadata.creationTimestamp = '2021-01-01T00:00:00Z';
      add(w, older);
    },
    'ssl refused certificates-served presents-certificate alpn-not-recognised',
  ),
  [
    'an own certificate, to STRICT pods',
    (w) => {
      const pem = (what: string): string => `-----BEGIN ${what}-----\nAA==\n-----END ${what}-----\n`;
      const stringData = { 'tls.crt': pem('CERTIFICATE'), 'tls.key': pem('PRIVATE KEY'), 'ca.crt': pem('CERTIFICATE') };
      add(w, objectOf('Secret', 'v1', 'own', 'shop', { stringData }));
      w.options['glooVersion'] = '1.9.0';
      leadTo(w, { kube: kubeTo(), sslConfig: { secretRef: { name: 'own', namespace: 'shop' } } });
    },
    'auto unknown other-tls own-certificate',
  ],
]);

const peer = (name: string, spec: ValueMap, namespace = 'shop', age?: string): Json => {
  const one = policy('PeerAuthentication', spec, namespace);
  one.metadata.name = name;
  if (age !== undefined) one.metadata.creationTimestamp = age;
  return one;
};
const toWeb = { selector: { matchLabels: { app: 'web' } } };
const refusedTls = refused('mtls-not-ended');
holds('Policies', [
  [
    'policies of three scopes',
    ssl((w) => add(w, peer('a', { mtls: { mode: 'DISABLE' } }), peer('b', { ...toWeb, mtls: { mode: 'STRICT' } }))),
    sslWorks,
  ],
  [
    'a policy for a namespace over that of the mesh',
    ssl((w) => add(w, peer('a', { mtls: { mode: 'DISABLE' } }))),
    refusedTls,
  ],
  ['a policy that states nothing', ssl((w) => add(w, peer('a', {}))), sslWorks],
  [
    'a policy with labels in the root namespace',
    ssl((w) => add(w, peer('a', { ...toWeb, mtls: { mode: 'DISABLE' } }, 'istio-system'))),
    sslWorks,
  ],
  [
    'two policies of the mesh without an age',
    ssl((w) => add(w, peer('a', { mtls: { mode: 'DISABLE' } }, 'istio-system'))),
    'ssl unknown certificates-served presents-certificate not-given',
  ],
  [
    'two policies for the pods without an age',
    ssl((w) => add(w, ...['DISABLE', 'STRICT'].map((name, at) => peer(`p${at}`, { ...toWeb, mtls: { mode: name } })))),
    'ssl unknown certificates-served presents-certificate not-given',
  ],
  [
    'two policies for the pods, of which one has an age',
    ssl((w) =>
      add(
        w,
        peer('a', { ...toWeb, mtls: { mode: 'DISABLE' } }, 'shop', '2020-01-01T00:00:00Z'),
        peer('b', { ...toWeb, mtls: { mode: 'STRICT' } }),
      ),
    ),
    'ssl unknown certificates-served presents-certificate not-given',
  ],
  [
    'two policies for the pods with an age',
    ssl((w) =>
      add(
        w,
        peer('a', { ...toWeb, mtls: { mode: 'DISABLE' } }, 'shop', '2021-01-01T00:00:00Z'),
        peer('b', { ...toWeb, mtls: { mode: 'STRICT' } }, 'shop', '2020-01-01T00:00:00Z'),
      ),
    ),
    sslWorks,
  ],
  [
    'a policy for the pods and one for others, without an age',
    ssl((w) =>
      add(
        w,
        peer('a', { ...toWeb, mtls: { mode: 'DISABLE' } }),
        peer('b', { selector: { matchLabels: { app: 'other' } }, mtls: { mode: 'STRICT' } }),
      ),
    ),
    refusedTls,
  ],
  [
    'two policies without an age that say the same',
    ssl((w) => add(w, ...['a', 'b'].map((name) => peer(name, { ...toWeb, mtls: { mode: 'STRICT' } })))),
    sslWorks,
  ],
  ...[16, 17].map(
    (count): Case => [
      `${count} policies without an age, which all say the same`,
      ssl((w) => add(w, ...Array.from({ length: count }, (_, at) => peer(`p${at}`, { mtls: { mode: 'STRICT' } })))),
      count === 16 ? sslWorks : 'ssl unknown certificates-served presents-certificate not-given',
    ],
  ),
  [
    'a policy that Istio cannot read',
    ssl((w) => add(w, peer('a', { mtls: { mode: 'strict' } }))),
    'ssl unknown certificates-served presents-certificate not-given',
  ],
  [
    'a policy of another namespace that Istio cannot read',
    ssl((w) => add(w, peer('a', { mtls: { mode: 'strict' } }, 'other'))),
    sslWorks,
  ],
  [
    'policies of pods that were not given',
    auto((w) => {
      besides(w, 'PeerAuthentication');
      without(w, 'PeerAuthentication');
    }),
    'auto unknown certificates-served auto-mtls not-given',
  ],
  [
    'policies of pods that were not given, whose own mode is stated',
    ssl((w) => {
      besides(w, 'PeerAuthentication');
      sslConfig(w).alpnProtocols = [];
    }),
    'ssl unknown certificates-served presents-certificate not-given',
  ],
  [
    'policies of the mesh that were not given',
    ssl((w) => {
      besides(w, 'PeerAuthentication');
      without(w, 'PeerAuthentication');
      sslConfig(w).alpnProtocols = [];
      add(w, peer('a', { mtls: { mode: 'STRICT' } }));
    }),
    sslWorks,
  ],
  [
    'pods in the root namespace',
    ssl((w) => {
      w.options['rootNamespace'] = 'shop';
      without(w, 'PeerAuthentication');
      sslConfig(w).alpnProtocols = [];
      add(w, peer('a', { mtls: { mode: 'STRICT' } }));
    }),
    sslWorks,
  ],
]);

holds('Who is let in', [
  [
    'a policy for other pods',
    ssl((w) => add(w, policy('AuthorizationPolicy', { selector: { matchLabels: { app: 'other' } } }))),
    sslWorks,
  ],
  ['a policy of another namespace', ssl((w) => add(w, policy('AuthorizationPolicy', {}, 'other'))), sslWorks],
  [
    'a policy of the root namespace',
    ssl((w) => add(w, policy('AuthorizationPolicy', {}, 'istio-system'))),
    'ssl refused certificates-served presents-certificate authorization-denied',
  ],
  ['a policy for one port', ssl((w) => allow(w, { to: [{ operation: { ports: ['8080'] } }] })), sslWorks],
  [
    'a policy for another port',
    ssl((w) => allow(w, { to: [{ operation: { ports: ['80'] } }] })),
    'ssl refused certificates-served presents-certificate authorization-denied',
  ],
  [
    'a policy for some requests',
    ssl((w) => allow(w, { to: [{ operation: { methods: ['GET'] } }] })),
    'ssl unknown certificates-served presents-certificate mtls-ended authorization-depends',
  ],
  [
    'a policy that denies some requests',
    ssl((w) => allow(w, { to: [{ operation: { methods: ['GET'] } }] }, 'DENY')),
    'ssl unknown certificates-served presents-certificate mtls-ended authorization-depends',
  ],
  [
    'policies of the namespace that were not given',
    ssl((w) => besides(w, 'AuthorizationPolicy')),
    'ssl unknown certificates-served presents-certificate mtls-ended authorization-not-given',
  ],
  [
    'policies of the root namespace that were not given, and one that lets in',
    ssl((w) => {
      besides(w, 'AuthorizationPolicy');
      allow(w, { from: [{ source: { principals: [own] } }] });
    }),
    'ssl unknown certificates-served presents-certificate mtls-ended authorization-not-given',
  ],
  [
    'policies that were not given, and one that denies',
    ssl((w) => {
      besides(w, 'AuthorizationPolicy');
      allow(w, { from: [{ source: { principals: [own] } }] }, 'DENY');
    }),
    'ssl refused certificates-served presents-certificate authorization-denied',
  ],
  [
    'policies that were not given, and one that lets in others',
    ssl((w) => {
      besides(w, 'AuthorizationPolicy');
      allow(w, { from: [{ source: { principals: ['x'] } }] });
    }),
    'ssl unknown certificates-served presents-certificate mtls-ended authorization-not-given',
  ],
  [
    'another name of the trust domain',
    ssl((w) => {
      find(w, 'ConfigMap', 'istio').data.mesh = 'trustDomain: corp\ntrustDomainAliases: [old]\n';
      allow(w, { from: [{ source: { principals: ['old/ns/gloo-system/sa/gateway-proxy'] } }] });
    }),
    sslWorks,
  ],
  [
    'a name that is none of the trust domain',
    ssl((w) => {
      find(w, 'ConfigMap', 'istio').data.mesh = 'trustDomain: corp\n';
      allow(w, { from: [{ source: { principals: ['old/ns/gloo-system/sa/gateway-proxy'] } }] });
    }),
    'ssl refused certificates-served presents-certificate authorization-denied',
  ],
]);

const filter = (what: string, spec: ValueMap, expected: string, namespace = 'shop'): Case => [
  `an EnvoyFilter of ${namespace} with ${what}`,
  ssl((w) => add(w, policy('EnvoyFilter', spec, namespace))),
  expected,
];
const changed = 'ssl unknown certificates-served presents-certificate listeners-changed';
const patch = (applyTo: string, context?: string): ValueMap => ({
  configPatches: [{ applyTo, ...(context === undefined ? {} : { match: { context } }) }],
});
holds('What changes a sidecar’s listeners', [
  ...['LISTENER', 'FILTER_CHAIN', 'LISTENER_FILTER'].flatMap((applyTo) =>
    (
      [
        ['ANY', true],
        [undefined, true],
        ['SIDECAR_INBOUND', true],
        ['SIDECAR_OUTBOUND', false],
        ['GATEWAY', false],
      ] as const
    ).map(
      ([context, is]): Case => filter(`${applyTo} in ${context}`, patch(applyTo, context), is ? changed : sslWorks),
    ),
  ),
  filter('CLUSTER', patch('CLUSTER'), sslWorks),
  filter('nothing', {}, sslWorks),
  filter('LISTENER', patch('LISTENER'), changed, 'istio-system'),
  filter('LISTENER', patch('LISTENER'), sslWorks, 'other'),
  filter('LISTENER for these pods', { ...patch('LISTENER'), workloadSelector: { labels: { app: 'web' } } }, changed),
  filter('LISTENER for other pods', { ...patch('LISTENER'), workloadSelector: { labels: { app: 'other' } } }, sslWorks),
  filter('a LISTENER after others', { configPatches: [{ applyTo: 'CLUSTER' }, { applyTo: 'LISTENER' }] }, changed),
  ['a Sidecar without ingress', ssl((w) => add(w, policy('Sidecar', { egress: [{ hosts: ['*/*'] }] }))), sslWorks],
  [
    'a Sidecar with ingress for other pods',
    ssl((w) =>
      add(
        w,
        policy('Sidecar', { ingress: [{ port: { number: 8080 } }], workloadSelector: { labels: { app: 'other' } } }),
      ),
    ),
    sslWorks,
  ],
  [
    'a Sidecar with ingress of the root namespace',
    ssl((w) => add(w, policy('Sidecar', { ingress: [{ port: { number: 8080 } }] }, 'istio-system'))),
    changed,
  ],
  [
    'listeners that change where nothing is terminated',
    ssl((w) => {
      mode(w, 'DISABLE');
      add(w, policy('EnvoyFilter', patch('LISTENER')));
    }),
    refusedTls,
  ],
]);

const ambient = (what: string, change: (world: World) => void, expected: string): Case => [
  what,
  (w) => {
    inAmbient(w);
    change(w);
  },
  expected,
];
const hbone = 'auto works no-tls ambient-hbone';
const gatewayOut = (world: World): void => {
  delete find(world, 'Namespace', 'gloo-system').metadata.labels;
};
holds('Ambient', [
  ambient('all are in ambient', () => {}, hbone),
  ambient('the gateway is not in ambient', gatewayOut, 'auto refused no-tls ambient-strict'),
  ambient(
    'the gateway is not in ambient, and the mode is PERMISSIVE',
    (w) => {
      gatewayOut(w);
      mode(w, 'PERMISSIVE');
    },
    'auto plain-text no-tls ambient-plain-text',
  ),
  ambient(
    'the gateway is not in ambient, and a policy asks who it is',
    (w) => {
      gatewayOut(w);
      mode(w, 'PERMISSIVE');
      allow(w, { from: [{ source: { principals: [own] } }] });
    },
    'auto refused no-tls authorization-denied',
  ),
  ambient('a policy asks who the gateway is', (w) => allow(w, { from: [{ source: { principals: [own] } }] }), hbone),
  ambient(
    'a policy asks for requests, which ztunnel does not see',
    (w) => allow(w, { to: [{ operation: { methods: ['GET'] } }] }),
    'auto refused no-tls authorization-denied',
  ),
  ambient(
    'the Namespace of the gateway was not given',
    (w) => {
      besides(w, 'Namespace');
      without(w, 'Namespace', 'gloo-system');
    },
    'auto unknown no-tls gateway-may-be-ambient',
  ),
  ambient(
    'no gateway was given',
    (w) => without(w, 'Deployment', 'gateway-proxy'),
    'auto unknown no-tls gateway-may-be-ambient',
  ),
  ambient(
    'two gateways of which one is in ambient',
    (w) => {
      const two = structuredClone(find(w, 'Deployment', 'gateway-proxy'));
      two.metadata.name = 'gateway-proxy-two';
      label(two.spec.template, 'istio.io/dataplane-mode', 'none');
      add(w, two);
    },
    'auto unknown no-tls gateway-may-be-ambient',
  ),
  ambient(
    'the gateway itself is in ambient',
    (w) => {
      gatewayOut(w);
      label(find(w, 'Deployment', 'gateway-proxy').spec.template, 'istio.io/dataplane-mode', 'ambient');
    },
    hbone,
  ),
  ambient(
    'the gateway is on the network of its node',
    (w) => {
      find(w, 'Deployment', 'gateway-proxy').spec.template.spec.hostNetwork = true;
    },
    'auto refused no-tls ambient-strict',
  ),
  ambient(
    'the gateway has a label of another mode',
    (w) => label(find(w, 'Deployment', 'gateway-proxy').spec.template, 'istio.io/dataplane-mode', 'other'),
    hbone,
  ),
  // Before the modes were merged, an exception became a policy that refuses every other port.
  ambient(
    'an exception for another port',
    (w) => add(w, policy('PeerAuthentication', { ...toWeb, portLevelMtls: { 9090: { mode: 'PERMISSIVE' } } })),
    'auto refused no-tls ambient-refused',
  ),
  ambient(
    'an exception for another port, in a newer Istio',
    (w) => {
      w.options['istioVersion'] = '1.26.2';
      add(w, policy('PeerAuthentication', { ...toWeb, portLevelMtls: { 9090: { mode: 'PERMISSIVE' } } }));
    },
    'auto works no-tls ambient-hbone',
  ),
  ambient(
    'a waypoint of the Service',
    (w) => label(service(w), 'istio.io/use-waypoint', 'one'),
    'auto unknown no-tls waypoint-between',
  ),
  ambient(
    'no waypoint for the pods, but one of the Namespace',
    (w) => {
      label(web(w), 'istio.io/use-waypoint', 'none');
      label(find(w, 'Namespace', 'shop'), 'istio.io/use-waypoint', 'two');
    },
    'auto unknown no-tls waypoint-between',
  ),
  ambient('no waypoint for the Service', (w) => label(service(w), 'istio.io/use-waypoint', 'none'), hbone),
  [
    'mTLS of the mesh to pods in ambient',
    ssl((w) => {
      label(find(w, 'Namespace', 'shop'), 'istio.io/dataplane-mode', 'ambient');
      delete find(w, 'Namespace', 'shop').metadata.labels['istio-injection'];
    }),
    'ssl refused certificates-served presents-certificate ambient-does-not-end-mtls',
  ],
  [
    'other TLS to pods in ambient',
    ssl((w) => {
      find(w, 'Upstream', 'ssl').spec.sslConfig = { sni: 'web' };
      label(find(w, 'Namespace', 'shop'), 'istio.io/dataplane-mode', 'ambient');
      delete find(w, 'Namespace', 'shop').metadata.labels['istio-injection'];
    }),
    'ssl unknown other-tls tls-left-to-app',
  ],
]);

/**
 * The gateway proxies, and Istio’s own sidecar on them: one case for each condition.
 */
import { autoWorks, type Case, casesIn, sslWorks } from '../support/proof-cases.ts';
import {
  add,
  allow,
  annotate,
  besides,
  bootstrap,
  find,
  gateway,
  istiod,
  label,
  meshed,
  objectOf,
  own,
  policy,
  service,
  toPods,
  type World,
  without,
  withSidecar,
} from '../support/proof-world.ts';

const holds = casesIn('test/golden/check/gateways.txt');

holds('The gateway proxies', [
  [
    'a ConfigMap without a namespace',
    (w) => {
      delete find(w, 'ConfigMap', 'gateway-proxy-envoy-config').metadata.namespace;
    },
    'auto works certificates-served auto-mtls mtls-ended',
    'ssl works certificates-served presents-certificate mtls-ended',
  ],
  [
    'a ConfigMap without a namespace, beside one in the namespace of the proxy',
    (w) => {
      const other = structuredClone(find(w, 'ConfigMap', 'gateway-proxy-envoy-config'));
      delete other.metadata.namespace;
      other.data['envoy.yaml'] = 'static_resources: {}';
      w.objects.unshift(other);
    },
    'auto works certificates-served auto-mtls mtls-ended',
    'ssl works certificates-served presents-certificate mtls-ended',
  ],
  [
    'a ConfigMap in another namespace',
    (w) => {
      find(w, 'ConfigMap', 'gateway-proxy-envoy-config').metadata.namespace = 'edge';
    },
    'auto unknown auto-mtls no-bootstrap',
    'ssl unknown presents-certificate no-bootstrap',
  ],
  [
    'a bootstrap that cannot be read',
    (w) => {
      find(w, 'ConfigMap', 'gateway-proxy-envoy-config').data['envoy.yaml'] = 'a: [';
    },
    'auto unknown auto-mtls no-bootstrap',
    'ssl unknown presents-certificate no-bootstrap',
  ],
  [
    'a bootstrap of TLS in the older way for SDS',
    (w) => bootstrap(w, /( +)(- name: gateway_proxy_sds\n)/, '$1$2$1  tls_context: {}\n'),
    'auto refused auto-mtls sds-cluster-over-tls',
    'ssl refused presents-certificate sds-cluster-over-tls',
  ],
  [
    'HTTP/2 to SDS by the newer field',
    (w) =>
      bootstrap(
        w,
        /(name: gateway_proxy_sds\n +connect_timeout: \S+\n +)http2_protocol_options: \{\}/,
        '$1typed_extension_protocol_options: {envoy.extensions.upstreams.http.v3.HttpProtocolOptions: {explicit_http_config: {http2_protocol_options: {}}}}',
      ),
    autoWorks,
    sslWorks,
  ],
  [
    'HTTP/2 to SDS by the newer field, in camel case',
    (w) =>
      bootstrap(
        w,
        /(name: gateway_proxy_sds\n +connect_timeout: \S+\n +)http2_protocol_options: \{\}/,
        '$1typedExtensionProtocolOptions: {envoy.extensions.upstreams.http.v3.HttpProtocolOptions: {explicitHttpConfig: {http2ProtocolOptions: {}}}}',
      ),
    autoWorks,
    sslWorks,
  ],
  [
    'HTTP/1 to SDS by the newer field',
    (w) =>
      bootstrap(
        w,
        /(name: gateway_proxy_sds\n +connect_timeout: \S+\n +)http2_protocol_options: \{\}/,
        '$1typed_extension_protocol_options: {envoy.extensions.upstreams.http.v3.HttpProtocolOptions: {explicit_http_config: {http_protocol_options: {}}}}',
      ),
    'auto refused auto-mtls sds-cluster-without-http2',
    'ssl refused presents-certificate sds-cluster-without-http2',
  ],
  [
    'SDS over a socket in a file',
    (w) =>
      bootstrap(
        w,
        /(gateway_proxy_sds\n(?:.*\n)*?.*address:\n)( +)socket_address:\n.*\n.*port_value: 8234/,
        '$1$2pipe: {path: /tmp/sds}',
      ),
    'auto unknown auto-mtls other-sds-server',
    'ssl unknown presents-certificate other-sds-server',
  ],
  [
    'a proxy without a namespace of its own',
    (w) => {
      for (const one of w.objects) if (one.metadata.name.startsWith('gateway-proxy')) delete one.metadata.namespace;
    },
    'auto works certificates-served auto-mtls mtls-ended',
    'ssl works certificates-served presents-certificate mtls-ended',
  ],
  [
    'a proxy on the network of its node, in a namespace with injection',
    (w) => {
      label(find(w, 'Namespace', 'gloo-system'), 'istio-injection', 'enabled');
      gateway(w).spec.hostNetwork = true;
    },
    autoWorks,
    sslWorks,
  ],
  [
    'a proxy whose Namespace is unknown, but which refuses injection',
    (w) => {
      besides(w, 'Namespace');
      without(w, 'Namespace', 'gloo-system');
      label(gateway(w), 'sidecar.istio.io/inject', 'false');
    },
    'auto works certificates-served auto-mtls mtls-ended',
    'ssl works certificates-served presents-certificate mtls-ended',
  ],
  [
    'a proxy whose Namespace is unknown',
    (w) => {
      besides(w, 'Namespace');
      without(w, 'Namespace', 'gloo-system');
    },
    'auto unknown certificates-served auto-mtls mtls-ended gateway-may-be-injected',
    'ssl unknown certificates-served presents-certificate mtls-ended gateway-may-be-injected',
  ],
  [
    'a proxy whose Namespace does not exist',
    (w) => without(w, 'Namespace', 'gloo-system'),
    'auto works certificates-served auto-mtls mtls-ended',
    'ssl works certificates-served presents-certificate mtls-ended',
  ],
  [
    'a proxy that refuses injection by a word that is none, in a Namespace without injection',
    (w) => label(gateway(w), 'sidecar.istio.io/inject', 'no'),
    'auto works certificates-served auto-mtls mtls-ended',
    'ssl works certificates-served presents-certificate mtls-ended',
  ],
  [
    'a proxy of another account, and a policy for the usual one',
    (w) => {
      gateway(w).spec.serviceAccountName = 'edge';
      allow(w, { from: [{ source: { principals: [own] } }] });
    },
    'auto refused certificates-served auto-mtls authorization-denied',
    'ssl refused certificates-served presents-certificate authorization-denied',
  ],
  [
    'a proxy without an account, and a policy for the default one',
    (w) => {
      delete gateway(w).spec.serviceAccountName;
      allow(w, { from: [{ source: { principals: ['cluster.local/ns/gloo-system/sa/default'] } }] });
    },
    'auto works certificates-served auto-mtls mtls-ended',
    'ssl works certificates-served presents-certificate mtls-ended',
  ],
  [
    'two proxies, of which a policy lets one in',
    (w) => {
      const second = structuredClone(find(w, 'Deployment', 'gateway-proxy'));
      second.metadata.name = 'gateway-proxy-two';
      second.spec.template.spec.serviceAccountName = 'two';
      add(w, second);
      allow(w, { from: [{ source: { principals: [own] } }] });
    },
    'auto refused certificates-served auto-mtls authorization-denied',
    'ssl refused certificates-served presents-certificate authorization-denied',
  ],
]);

const annotated =
  (key: string, value: string) =>
  (w: World): void => {
    withSidecar(w);
    annotate(gateway(w), key, value);
  };
const throughSidecar = 'auto works sidecar-sends no-tls mtls-ended';
const open = 'auto unknown no-tls sidecar-on-gateway';
holds('Istio’s own sidecar on the gateway', [
  ['a sidecar on the gateway', withSidecar, throughSidecar],
  ['a sidecar with a template of its own', annotated('inject.istio.io/templates', 'own'), open],
  ['a sidecar with a configuration of its own', annotated('proxy.istio.io/config', 'concurrency: 1'), open],
  ['a sidecar that is reached in another way', annotated('sidecar.istio.io/interceptionMode', 'NONE'), open],
  [
    'outbound ports that the sidecar does not get',
    annotated('traffic.sidecar.istio.io/excludeOutboundPorts', '8080'),
    open,
  ],
  [
    'inbound ports that the sidecar does not get',
    annotated('traffic.sidecar.istio.io/excludeInboundPorts', '8081'),
    throughSidecar,
  ],
  ['an annotation about other things', annotated('sidecar.istio.io/proxyCPU', '1'), throughSidecar],
  [
    'a proxy with the user of the sidecar',
    (w) => {
      withSidecar(w);
      gateway(w).spec.securityContext = { runAsUser: 1337 };
    },
    open,
  ],
  [
    'a container with the user of the sidecar',
    (w) => {
      withSidecar(w);
      gateway(w).spec.containers[0].securityContext = { runAsUser: 1337 };
    },
    open,
  ],
  [
    'a container istio-proxy beside the sidecar',
    (w) => {
      withSidecar(w);
      gateway(w).spec.containers.push({ name: 'istio-proxy' });
    },
    open,
  ],
  [
    'a revision of the sidecar that is not there',
    (w) => {
      withSidecar(w);
      add(w, istiod({ 'istio.io/rev': '1-22' }, 'istiod-1-22'));
      label(find(w, 'Namespace', 'shop'), 'istio.io/rev', '1-22');
      delete find(w, 'Namespace', 'shop').metadata.labels['istio-injection'];
    },
    open,
  ],
  [
    'a revision of the sidecar that is there',
    (w) => {
      withSidecar(w);
      add(w, istiod({ 'istio.io/rev': '1-22' }, 'istiod-1-22'));
      for (const name of ['shop', 'gloo-system'])
        find(w, 'Namespace', name).metadata.labels = { 'istio.io/rev': '1-22' };
    },
    throughSidecar,
  ],
  [
    'one proxy with a sidecar and one without',
    (w) => {
      withSidecar(w);
      const second = structuredClone(find(w, 'Deployment', 'gateway-proxy'));
      second.metadata.name = 'gateway-proxy-two';
      label(second.spec.template, 'sidecar.istio.io/inject', 'false');
      add(w, second);
    },
    'auto unknown no-tls sidecar-on-gateway',
  ],
  [
    'a headless Service, whose pods a sidecar reaches themselves',
    (w) => {
      withSidecar(w);
      service(w).spec.clusterIP = 'None';
    },
    'auto unknown no-tls sidecar-on-gateway',
  ],
  [
    'a host behind a sidecar',
    (w) => {
      withSidecar(w);
      toPods(w, meshed());
      find(w, 'Upstream', 'auto').spec = { static: { hosts: [{ addr: 'web.shop', port: 80 }] } };
    },
    'auto unknown no-tls sidecar-on-gateway',
  ],
  [
    'a Gloo that does not know of sidecars',
    (w) => {
      withSidecar(w);
      w.options['glooVersion'] = '1.5.0';
    },
    'auto unknown no-tls sidecar-on-gateway',
  ],
  [
    'the PROXY protocol before a sidecar',
    (w) => {
      withSidecar(w);
      find(w, 'Upstream', 'auto').spec.proxyProtocolVersion = 'V1';
    },
    'auto unknown no-tls sidecar-on-gateway',
  ],
  [
    'a port of the pods that is not known, behind a sidecar',
    (w) => {
      withSidecar(w);
      service(w).spec.ports[0].targetPort = 'none';
    },
    'auto unknown no-tls sidecar-on-gateway',
  ],
  [
    'pods in ambient behind a sidecar',
    (w) => {
      withSidecar(w);
      find(w, 'Namespace', 'shop').metadata.labels = { 'istio.io/dataplane-mode': 'ambient' };
    },
    'auto unknown no-tls sidecar-on-gateway',
  ],
  [
    'pods without a sidecar behind a sidecar',
    (w) => {
      withSidecar(w);
      find(w, 'Namespace', 'shop').metadata.labels = {};
      find(w, 'PeerAuthentication').spec.mtls.mode = 'PERMISSIVE';
    },
    'auto plain-text sidecar-sends no-tls plain-text-no-sidecar',
  ],
  [
    'pods without a sidecar but with its label, behind a sidecar',
    (w) => {
      withSidecar(w);
      const bare = meshed();
      bare.spec.containers.pop();
      toPods(w, bare);
    },
    'auto refused sidecar-sends no-tls no-sidecar',
  ],
  [
    'pods that turn mTLS off behind a sidecar',
    (w) => {
      withSidecar(w);
      find(w, 'PeerAuthentication').spec.mtls.mode = 'DISABLE';
    },
    'auto unknown no-tls sidecar-on-gateway',
  ],
  ...[
    ['tcp', false],
    ['http', true],
    ['http', false],
    ['none', false],
  ].map(
    ([name, useHttp2]): Case => [
      `a port named ${String(name)} behind a sidecar, with useHttp2: ${String(useHttp2)}`,
      (w) => {
        withSidecar(w);
        service(w).spec.ports[0].name = name;
        find(w, 'Upstream', 'auto').spec.useHttp2 = useHttp2;
      },
      throughSidecar,
    ],
  ),
  ...['gloo-system', 'istio-system', 'shop'].flatMap((namespace) =>
    ['Sidecar', 'EnvoyFilter'].map(
      (kind): Case => [
        `a ${kind} of ${namespace} and the sidecar`,
        (w) => {
          withSidecar(w);
          add(w, policy(kind, { workloadSelector: { labels: { app: 'other' } } }, namespace));
        },
        namespace === 'shop' ? throughSidecar : open,
      ],
    ),
  ),
  ...['ServiceEntry', 'VirtualService'].map(
    (kind): Case => [
      `a ${kind} of Istio and the sidecar`,
      (w) => {
        withSidecar(w);
        add(w, objectOf(kind, 'networking.istio.io/v1', 'more', 'shop', { spec: {} }));
      },
      open,
    ],
  ),
  [
    'a VirtualService of Gloo and the sidecar',
    (w) => {
      withSidecar(w);
      add(w, objectOf('VirtualService', 'gateway.solo.io/v1', 'more', 'shop', { spec: {} }));
    },
    throughSidecar,
  ],
  [
    'a Service that is exported elsewhere, and the sidecar',
    (w) => {
      withSidecar(w);
      service(w).metadata.annotations = { 'networking.istio.io/exportTo': '.' };
    },
    open,
  ],
  ...['DestinationRule', 'ServiceEntry', 'Sidecar', 'EnvoyFilter', 'VirtualService', 'ConfigMap'].map(
    (kind): Case => [
      `a sidecar, where not every ${kind} is given`,
      (w) => {
        withSidecar(w);
        besides(w, kind);
      },
      open,
    ],
  ),
  ...[
    ['web', 'shop', true],
    ['web', 'other', false],
    ['web.shop', 'other', true],
    ['web.shop.svc.cluster.local', 'other', true],
    ['web.shop.svc.cluster', 'other', true],
    ['web.shop.svc.cluster.loca', 'other', false],
    ['*', 'other', true],
    ['*.shop.svc.cluster.local', 'other', true],
    ['*.other.svc.cluster.local', 'shop', false],
    ['web.other', 'shop', false],
  ].map(
    ([host, namespace, isFor]): Case => [
      `a DestinationRule of ${String(namespace)} for ${String(host)}, and the sidecar`,
      (w) => {
        withSidecar(w);
        add(
          w,
          objectOf('DestinationRule', 'networking.istio.io/v1', 'more', String(namespace), {
            spec: { host: String(host) },
          }),
        );
      },
      isFor === true ? open : throughSidecar,
    ],
  ),
]);

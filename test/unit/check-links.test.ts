/**
 * Where an Upstream leads, and what Gloo does with it: one case for each condition.
 */
import { autoWorks, type Case, casesIn, sslWorks } from '../support/proof-cases.ts';
import {
  add,
  besides,
  bootstrap,
  endpoints,
  find,
  inAmbient,
  kubeTo,
  label,
  leadTo,
  meshed,
  objectOf,
  onlySsl,
  plainly,
  policy,
  sdsOf,
  service,
  toHost,
  toPods,
  web,
  without,
} from '../support/proof-world.ts';

const holds = casesIn('test/golden/check/links.txt');

holds('Where an Upstream leads', [
  ['the right world', () => {}, autoWorks, sslWorks],
  // The recorded translator has none of these kinds.
  ...['aws', 'awsEc2', 'gcp', 'ai'].map(
    (kind): Case => [
      `a destination of the kind ${kind}`,
      (w) => leadTo(w, { [kind]: {} }),
      'auto unknown outside-the-mesh',
    ],
  ),
  ['a destination in Consul', (w) => leadTo(w, { consul: { serviceName: 'web' } }), 'auto unknown pods-not-given'],
  [
    'a destination in Consul, with a certificate that the proxy does not get',
    (w) => {
      onlySsl(w);
      Object.assign(find(w, 'Upstream', 'ssl').spec, { kube: null, consul: { serviceName: 'web' } });
      sdsOf(w).certificatesSecretName = 'other';
    },
    'ssl refused presents-certificate no-such-secret',
  ],
  [
    'a destination on Azure',
    (w) => leadTo(w, { azure: { functionAppName: 'web' } }),
    'auto plain-text auto-mtls-hides-tls plain-text-outside-mesh',
  ],
  [
    'a pipe',
    (w) => leadTo(w, { pipe: { path: '/tmp/web' } }),
    'auto plain-text auto-mtls-unmarked plain-text-outside-mesh',
  ],
  ['a pipe without a path', (w) => leadTo(w, { pipe: {} }), 'auto refused upstream-rejected'],
  ['no destination', (w) => leadTo(w, {}), 'auto refused upstream-rejected'],
  ['a static destination without hosts', (w) => leadTo(w, { static: {} }), 'auto refused upstream-rejected'],
  [
    'a pod by its address, without any Service',
    (w) => {
      toHost(w, '10.1.0.1', 8080);
      without(w, 'Service');
    },
    'auto refused auto-mtls-unmarked plain-text-refused',
  ],
  [
    'a pod by its address in ambient: the waypoint of a Service in another namespace',
    (w) => {
      toHost(w, '10.1.0.1', 8080);
      const bare = find(w, 'Pod');
      bare.spec.containers.pop();
      const labels = { 'istio.io/use-waypoint': 'theirs' };
      const other = structuredClone(service(w));
      other.metadata = { name: 'web', namespace: 'other', labels };
      const unlike = structuredClone(service(w));
      unlike.metadata = { name: 'unlike', namespace: 'shop', labels };
      unlike.spec.selector = { app: 'other' };
      w.objects.unshift(other, unlike);
      const { spec } = find(w, 'Upstream', 'auto');
      inAmbient(w);
      find(w, 'Upstream', 'auto').spec = spec;
    },
    'auto works no-tls ambient-hbone',
  ],
  [
    'a pod by its address in ambient: the waypoint of its Service',
    (w) => {
      toHost(w, '10.1.0.1', 8080);
      find(w, 'Pod').spec.containers.pop();
      label(service(w), 'istio.io/use-waypoint', 'ours');
      const { spec } = find(w, 'Upstream', 'auto');
      inAmbient(w);
      find(w, 'Upstream', 'auto').spec = spec;
    },
    'auto unknown no-tls waypoint-between',
  ],
  [
    'Endpoints with six addresses of no pod, in two subsets',
    (w) => {
      endpoints(w, { ip: '192.0.2.1' });
      const subset = { addresses: [2, 3, 4, 5, 6].map((at) => ({ ip: `192.0.2.${at}` })), ports: [{ port: 8080 }] };
      find(w, 'Endpoints').subsets.push(subset);
    },
    'auto unknown address-without-pod',
    'ssl unknown presents-certificate certificates-served address-without-pod',
  ],
  [
    'Endpoints with the name of a pod in another namespace',
    (w) => {
      endpoints(w, { ip: '10.1.0.9', targetRef: { kind: 'Pod', name: 'web-1', namespace: 'other' } });
      const other = meshed();
      other.metadata.namespace = 'other';
      other.status.podIP = '10.1.0.9';
      add(w, other);
    },
    'auto unknown address-without-pod',
    'ssl unknown presents-certificate certificates-served address-without-pod',
  ],
  [
    'Endpoints with the name of a pod, in a Gloo that knows pods by name alone',
    (w) => {
      endpoints(w, { ip: '10.1.0.9', targetRef: { name: 'web-1', namespace: 'shop' } });
    },
    'auto works certificates-served auto-mtls mtls-ended',
    'ssl works certificates-served presents-certificate mtls-ended',
  ],
  [
    'Endpoints of a pod that is on the network of its node',
    (w) => {
      endpoints(w, { ip: '10.1.0.1' });
      find(w, 'Pod').spec.hostNetwork = true;
    },
    'auto unknown address-without-pod',
    'ssl unknown presents-certificate certificates-served address-without-pod',
  ],
  [
    'the host web, which is a Service of Gloo’s namespace',
    (w) => {
      toHost(w, 'web');
      for (const one of [service(w), find(w, 'Pod')]) one.metadata.namespace = 'gloo-system';
    },
    'auto refused auto-mtls-unmarked plain-text-refused',
  ],
  [
    'a host that would be a Service of the cluster',
    (w) => toHost(w, 'none.shop.svc.cluster.local'),
    'auto unknown service-not-given',
  ],
  [
    'a host with the name of a namespace that is not the Service’s',
    (w) => toHost(w, 'web.other'),
    'auto plain-text auto-mtls-unmarked plain-text-outside-mesh',
  ],
  [
    'a host without a port',
    (w) => leadTo(w, { static: { hosts: [{ addr: 'web.shop' }] } }),
    'auto refused upstream-rejected',
  ],
  [
    'a headless Service by its name, and a port that it does not declare',
    (w) => {
      toHost(w, 'web.shop', 9090);
      service(w).spec.clusterIP = 'None';
    },
    'auto refused auto-mtls-unmarked plain-text-refused',
  ],
  [
    'a headless Service whose port has another number at the pods',
    (w) => {
      toHost(w, 'web.shop', 80);
      service(w).spec.clusterIP = 'None';
      find(w, 'PeerAuthentication').spec.mtls.mode = 'PERMISSIVE';
      add(
        w,
        policy('PeerAuthentication', {
          selector: { matchLabels: { app: 'web' } },
          portLevelMtls: { 80: { mode: 'STRICT' } },
        }),
      );
    },
    'auto refused auto-mtls-unmarked plain-text-refused',
  ],
  [
    'a Service without pods, and an Upstream with a selector',
    (w) => {
      without(w, 'Deployment', 'web');
      leadTo(w, { kube: kubeTo({ selector: { track: 'a' } }) });
    },
    'auto unknown no-pods',
  ],
  [
    'a Service whose pods were not given',
    (w) => {
      besides(w, 'Pod', 'Deployment');
      without(w, 'Deployment', 'web');
    },
    'auto unknown pods-not-given',
    'ssl unknown presents-certificate certificates-served pods-not-given',
  ],
  [
    'the address of a Service that has none',
    (w) => {
      toHost(w, '10.96.0.8');
      service(w).spec.clusterIP = '10.96.0.7';
    },
    'auto plain-text auto-mtls-unmarked plain-text-outside-mesh',
  ],
]);

holds('What Gloo does with the Upstream', [
  [
    'every namespace is watched by an empty name',
    (w) => {
      find(w, 'Settings').spec.watchNamespaces = [''];
      for (const one of w.objects) if (one.kind === 'Upstream') one.metadata.namespace = 'other';
    },
    'auto works certificates-served auto-mtls mtls-ended',
    'ssl works certificates-served presents-certificate mtls-ended',
  ],
  [
    'all namespaces are watched, and some by name',
    (w) => {
      find(w, 'Settings').spec.watchNamespaces = ['', 'shop'];
    },
    'auto refused namespaces-contradict',
    'ssl refused namespaces-contradict',
  ],
  [
    'the namespace that Gloo writes to is watched, too',
    (w) => {
      Object.assign(find(w, 'Settings').spec, { watchNamespaces: ['shop'], discoveryNamespace: 'edge' });
      find(w, 'Upstream', 'auto').metadata.namespace = 'edge';
    },
    'auto works certificates-served auto-mtls mtls-ended',
    'ssl refused namespace-not-watched',
  ],
  [
    'the Secret of an Upstream is not given',
    (w) => {
      besides(w, 'Secret');
      leadTo(w, { kube: kubeTo(), sslConfig: { secretRef: { name: 'none', namespace: 'shop' } } });
    },
    'auto unknown secret-not-given',
  ],
  [
    'the Secret of an Upstream does not exist, in an older Gloo',
    (w) => {
      w.options['glooVersion'] = '1.16.0';
      leadTo(w, { kube: kubeTo(), sslConfig: { secretRef: { name: 'none', namespace: 'shop' } } });
    },
    'auto refused secret-missing',
  ],
  [
    'the Secret of an Upstream is not given, in an older Gloo',
    (w) => {
      besides(w, 'Secret');
      w.options['glooVersion'] = '1.16.0';
      leadTo(w, { kube: kubeTo(), sslConfig: { secretRef: { name: 'none', namespace: 'shop' } } });
    },
    'auto unknown secret-not-given',
  ],
  [
    'a Secret of another name is there',
    (w) => {
      add(
        w,
        objectOf('Secret', 'v1', 'other', 'shop', { data: {} }),
        objectOf('Secret', 'v1', 'own', 'other', { data: {} }),
      );
      leadTo(w, { kube: kubeTo(), sslConfig: { secretRef: { name: 'own', namespace: 'shop' } } });
    },
    'auto refused secret-missing',
  ],
  [
    'an sslConfig that Gloo refuses for several reasons',
    (w) => leadTo(w, { kube: kubeTo({ servicePort: 81 }), sslConfig: { sslFiles: { tlsCert: '/c/a.pem' } } }),
    'auto refused ssl-files-refused',
  ],
  [
    'an Upstream turns auto mTLS off for itself',
    (w) => {
      find(w, 'Upstream', 'auto').spec.disableIstioAutoMtls = true;
      find(w, 'Upstream', 'ssl').spec.disableIstioAutoMtls = true;
    },
    'auto refused auto-mtls-off-here plain-text-refused',
    'ssl works certificates-served presents-certificate mtls-ended',
  ],
  [
    'an Upstream turns auto mTLS off where it is off',
    (w) => {
      plainly(w);
      find(w, 'Upstream', 'auto').spec.disableIstioAutoMtls = true;
    },
    'auto refused no-tls plain-text-refused',
  ],
  [
    'auto mTLS in a Gloo that does not have it',
    (w) => {
      w.options['glooVersion'] = '1.16.0';
    },
    'auto refused no-tls plain-text-refused',
    'ssl works certificates-served presents-certificate mtls-ended',
  ],
  [
    'port 443 outside, without auto mTLS',
    (w) => {
      plainly(w);
      leadTo(w, { static: { hosts: [{ addr: 'api.example.com', port: 443 }] } });
    },
    'auto unknown one-way-tls outside-the-mesh',
  ],
  [
    'port 443 outside, with auto mTLS',
    (w) => leadTo(w, { static: { hosts: [{ addr: 'api.example.com', port: 443 }] } }),
    'auto plain-text auto-mtls-hides-tls plain-text-outside-mesh',
  ],
  ...['disabled', 'istio', ''].map(
    (mode): Case => [
      `pods with the mode "${mode}" in their label`,
      (w) => {
        const one = meshed();
        one.metadata.labels['security.istio.io/tlsMode'] = mode;
        toPods(w, one);
      },
      // Gloo's Edge API only asks whether there is the label, and the sidecar of STRICT pods terminates mTLS anyway.
      mode === 'istio' ? autoWorks : 'auto works certificates-served auto-mtls-ignores-mode mtls-ended',
      sslWorks,
    ],
  ),
  [
    'pods with a sidecar and without the label',
    (w) => {
      const one = meshed();
      delete one.metadata.labels['security.istio.io/tlsMode'];
      toPods(w, one);
    },
    'auto refused auto-mtls-unmarked plain-text-refused',
    'ssl works certificates-served presents-certificate mtls-ended',
  ],
  [
    'an sslConfig without an ALPN, and one that asks for one',
    (w) => {
      delete find(w, 'Upstream', 'ssl').spec.sslConfig.alpnProtocols;
    },
    'auto works certificates-served auto-mtls mtls-ended',
    'ssl works certificates-served presents-certificate mtls-ended',
  ],
  [
    'an ALPN that an older Gloo drops',
    (w) => {
      w.options['glooVersion'] = '1.8.0-beta8';
      onlySsl(w);
    },
    'ssl works certificates-served alpn-dropped mtls-ended',
  ],
  [
    'no ALPN that an older Gloo could drop',
    (w) => {
      w.options['glooVersion'] = '1.8.0-beta8';
      onlySsl(w);
      delete find(w, 'Upstream', 'ssl').spec.sslConfig.alpnProtocols;
    },
    'ssl works certificates-served presents-certificate mtls-ended',
  ],
  [
    'SDS that validates alone',
    (w) => {
      onlySsl(w);
      delete sdsOf(w).certificatesSecretName;
    },
    'ssl refused certificates-served other-tls no-client-certificate',
  ],
  [
    'SDS that presents alone',
    (w) => {
      onlySsl(w);
      delete sdsOf(w).validationContextName;
    },
    'ssl works certificates-served presents-certificate mtls-ended',
  ],
  [
    'SDS that presents alone, to pods without a sidecar and a port for TCP',
    (w) => {
      onlySsl(w);
      delete sdsOf(w).validationContextName;
      label(web(w), 'sidecar.istio.io/inject', 'false');
      service(w).spec.ports[0].name = 'tcp';
    },
    'ssl unknown certificates-served presents-certificate tls-left-to-app',
  ],
  [
    'SDS that validates, too, to pods without a sidecar and a port for TCP',
    (w) => {
      onlySsl(w);
      label(web(w), 'sidecar.istio.io/inject', 'false');
      service(w).spec.ports[0].name = 'tcp';
    },
    'ssl refused certificates-served presents-certificate no-sidecar',
  ],
  [
    'SDS that presents alone, where the mode is DISABLE and the port for TCP',
    (w) => {
      onlySsl(w);
      delete sdsOf(w).validationContextName;
      find(w, 'PeerAuthentication').spec.mtls.mode = 'DISABLE';
      service(w).spec.ports[0].name = 'tcp';
    },
    'ssl unknown certificates-served presents-certificate tls-left-to-app',
  ],
  [
    'SDS that validates with another secret',
    (w) => {
      onlySsl(w);
      sdsOf(w).validationContextName = 'other';
    },
    'ssl refused presents-certificate no-such-secret',
  ],
  [
    'SDS with another server',
    (w) => {
      onlySsl(w);
      sdsOf(w).clusterName = 'other';
      bootstrap(w, /name: gateway_proxy_sds(?=\n)/, 'name: other');
      bootstrap(w, 'port_value: 8234', 'port_value: 8235');
    },
    'ssl unknown presents-certificate other-sds-server',
  ],
]);

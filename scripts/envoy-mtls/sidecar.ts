/** The receiving sidecar: an Envoy with the filter chains that Istio configures for an http port in each mode. */
import type { ValueMap } from '../../src/value.ts';
import type { Certificate } from './certificates.ts';

const type = 'type.googleapis.com/envoy.extensions';
const meshAlpn = ['istio', 'istio-peer-exchange', 'istio-http/1.0', 'istio-http/1.1', 'istio-h2'];

export interface SidecarSpec {
  readonly mode: 'STRICT' | 'PERMISSIVE' | 'DISABLE';
  readonly port: number;
  readonly appPort: number;
  readonly certificate: Certificate;
  readonly root: string;
}

export function sidecarBootstrap({ mode, port, appPort, certificate, root }: SidecarSpec): ValueMap {
  const socket = {
    name: 'envoy.transport_sockets.tls',
    typed_config: {
      '@type': `${type}.transport_sockets.tls.v3.DownstreamTlsContext`,
      require_client_certificate: true,
      common_tls_context: {
        alpn_protocols: ['h2', 'http/1.1'],
        tls_certificates: [
          { certificate_chain: { inline_string: certificate.chain }, private_key: { inline_string: certificate.key } },
        ],
        validation_context: { trusted_ca: { inline_string: root } },
      },
    },
  };
  const plain = { filter_chain_match: { transport_protocol: 'raw_buffer' }, filters: [http('raw')] };
  const mtls = (match: ValueMap): ValueMap => ({
    filter_chain_match: { transport_protocol: 'tls', ...match },
    filters: [http('mtls')],
    transport_socket: socket,
  });
  const chains = {
    STRICT: [mtls({})],
    PERMISSIVE: [mtls({ application_protocols: meshAlpn }), plain],
    DISABLE: [{ filters: [http('raw')] }],
  };
  return {
    static_resources: {
      listeners: [
        {
          name: 'inbound',
          address: address(port),
          listener_filters: [
            {
              name: 'envoy.filters.listener.tls_inspector',
              typed_config: { '@type': `${type}.filters.listener.tls_inspector.v3.TlsInspector` },
            },
          ],
          filter_chains: chains[mode],
        },
      ],
      clusters: [
        {
          name: 'app',
          type: 'STATIC',
          load_assignment: {
            cluster_name: 'app',
            endpoints: [{ lb_endpoints: [{ endpoint: { address: address(appPort) } }] }],
          },
        },
      ],
    },
  };
}

function address(port: number): ValueMap {
  return { socket_address: { address: '127.0.0.1', port_value: port } };
}

/** Reads HTTP and passes the client certificate's identity to the app. */
function http(name: string): ValueMap {
  return {
    name: 'envoy.filters.network.http_connection_manager',
    typed_config: {
      '@type': `${type}.filters.network.http_connection_manager.v3.HttpConnectionManager`,
      stat_prefix: name,
      forward_client_cert_details: 'SANITIZE_SET',
      set_current_client_cert_details: { uri: true },
      // Every request makes a new handshake, so that a new certificate is seen.
      common_http_protocol_options: { max_requests_per_connection: 1 },
      route_config: {
        virtual_hosts: [
          { name: 'app', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'app' } }] },
        ],
      },
      http_filters: [
        { name: 'envoy.filters.http.router', typed_config: { '@type': `${type}.filters.http.router.v3.Router` } },
      ],
    },
  };
}

/**
 * The servers around the gateway's Envoy: Gloo's control plane, the SDS server and the app, each on a loopback port.
 */
import { readFileSync, watch } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import type { ValueMap } from '../../src/value.ts';
import { discoveryRequest, discoveryResponse, resource } from './messages.ts';

export interface Running {
  readonly port: number;
  stop(): void;
}

interface Request {
  readonly typeUrl: string;
  readonly responseNonce: string;
  readonly resourceNames: readonly string[];
}

/** Resources by type URL, each with its name. */
export type Resources = ReadonlyMap<string, readonly { readonly name: string; readonly json: ValueMap }[]>;

/**
 * A server for one xDS method (state of the world): it responds to the first request of a type, to a request for other
 * names, and again whenever `changed` is called. What Envoy rejects is collected in `refused`.
 */
async function serveXds(path: string, resourcesNow: () => Resources, refused: string[]) {
  const server = new Server();
  const streams = new Map<ServerDuplexStream<Request, unknown>, Map<string, readonly string[]>>();
  let nonce = 0;
  const send = (stream: ServerDuplexStream<Request, unknown>, typeUrl: string, names: readonly string[]): void => {
    const found = (resourcesNow().get(typeUrl) ?? []).filter(({ name }) => names.length === 0 || names.includes(name));
    // An SDS server without files sends no response, so Envoy keeps waiting.
    if (found.length === 0) return;
    const type = typeUrl.slice(typeUrl.indexOf('/') + 1);
    nonce++;
    stream.write({
      versionInfo: String(nonce),
      nonce: String(nonce),
      typeUrl,
      resources: found.map(({ json }) => resource(type, json)),
    });
  };
  const handle = (stream: ServerDuplexStream<Request, unknown>): void => {
    const asked = new Map<string, readonly string[]>();
    streams.set(stream, asked);
    stream.on('data', (request: Request & { readonly errorDetail?: { readonly message: string } | null }) => {
      if (request.errorDetail) refused.push(request.errorDetail.message);
      const before = asked.get(request.typeUrl);
      asked.set(request.typeUrl, request.resourceNames);
      if (before === undefined || before.join() !== request.resourceNames.join())
        send(stream, request.typeUrl, request.resourceNames);
    });
    stream.on('end', () => {
      streams.delete(stream);
      stream.end();
    });
    stream.on('error', () => streams.delete(stream));
  };
  const method = {
    ...{ path, requestStream: true, responseStream: true, originalName: path.slice(path.lastIndexOf('/') + 1) },
    requestSerialize: () => Buffer.alloc(0),
    requestDeserialize: (bytes: Buffer) =>
      discoveryRequest.toObject(discoveryRequest.decode(bytes), { defaults: true }),
    responseSerialize: (response: object) =>
      Buffer.from(discoveryResponse.encode(discoveryResponse.fromObject(response)).finish()),
    responseDeserialize: () => ({}),
  };
  server.addService({ [method.originalName]: method }, { [method.originalName]: handle });
  const port = await new Promise<number>((done, fail) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? done(bound) : fail(error),
    ),
  );
  return {
    port,
    changed: () => {
      for (const [stream, asked] of streams) for (const [type, names] of asked) send(stream, type, names);
    },
    stop: () => server.forceShutdown(),
  };
}

/** Gloo's control plane: serves the snapshot that it has translated. */
export async function serveControlPlane(resources: Resources, refused: string[]): Promise<Running> {
  return serveXds(
    '/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources',
    () => resources,
    refused,
  );
}

const secretType = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret';

/** Gloo's SDS server: serves the mesh's certificate and root from three files, again whenever they change. */
export async function serveSecrets(folder: string): Promise<Running> {
  const read = (file: string): Uint8Array => readFileSync(join(folder, file));
  const secrets = (): Resources => {
    try {
      const certificate = {
        certificateChain: { inlineBytes: read('cert-chain.pem') },
        privateKey: { inlineBytes: read('key.pem') },
      };
      const list = [
        { name: 'istio_server_cert', json: { name: 'istio_server_cert', tlsCertificate: certificate } },
        {
          name: 'istio_validation_context',
          json: {
            name: 'istio_validation_context',
            validationContext: { trustedCa: { inlineBytes: read('root-cert.pem') } },
          },
        },
      ];
      // Bytes are not a JSON value, but protobufjs accepts them.
      return new Map([[secretType, list as unknown as readonly { name: string; json: ValueMap }[]]]);
    } catch {
      return new Map();
    }
  };
  const server = await serveXds('/envoy.service.secret.v3.SecretDiscoveryService/StreamSecrets', secrets, []);
  const watcher = watch(folder, (_, name) => {
    if (name === 'root-cert.pem') server.changed();
  });
  return {
    port: server.port,
    stop() {
      watcher.close();
      server.stop();
    },
  };
}

/** The app behind the sidecar: it responds with what the sidecar reports about the caller. */
export async function serveApp(): Promise<Running> {
  const server = createServer((request, response) => {
    response.end(JSON.stringify({ caller: request.headers['x-forwarded-client-cert'] ?? '' }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  // A server that listens on TCP has an address with a port.
  return { port: (server.address() as AddressInfo).port, stop: () => server.close() };
}

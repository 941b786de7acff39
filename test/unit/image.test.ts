/** How the chart composes an image reference, by release. Source: gloo.image in the chart's _helpers.tpl. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderGatewayProxies } from '../../src/index.ts';
import { containerIn } from '../support/rendered.ts';

const digests = {
  digest: 'sha256:plain',
  fipsDigest: 'sha256:fips',
  distrolessDigest: 'sha256:distroless',
  fipsDistrolessDigest: 'sha256:both',
};
const enterprise = { registry: 'r', repository: 'gloo-ee-envoy-wrapper', tag: '1' };
/** An image without a FIPS build. */
const open = { registry: 'r', repository: 'gloo-envoy-wrapper', tag: '1' };

function imageOf(chartVersion: string, image: object): unknown {
  const text = JSON.stringify({ gatewayProxies: { gatewayProxy: { podTemplate: { image } } } });
  const rendering = renderGatewayProxies({ values: [{ name: 'v', text }], chartVersion });
  return containerIn(rendering, 'gateway-proxy')['image'];
}

const table: readonly (readonly [release: string, image: object, reference: string])[] = [
  // A digest for each variant.
  ['1.22.1', { ...enterprise, ...digests }, 'r/gloo-ee-envoy-wrapper:1@sha256:plain'],
  ['1.22.1', { ...enterprise, ...digests, variant: 'standard' }, 'r/gloo-ee-envoy-wrapper:1@sha256:plain'],
  ['1.22.1', { ...enterprise, ...digests, variant: 'fips' }, 'r/gloo-ee-envoy-wrapper-fips:1@sha256:fips'],
  ['1.22.1', { ...enterprise, ...digests, fips: true }, 'r/gloo-ee-envoy-wrapper-fips:1@sha256:fips'],
  [
    '1.22.1',
    { ...enterprise, ...digests, variant: 'distroless' },
    'r/gloo-ee-envoy-wrapper:1-distroless@sha256:distroless',
  ],
  [
    '1.22.1',
    { ...enterprise, ...digests, variant: 'fips-distroless' },
    'r/gloo-ee-envoy-wrapper-fips:1-distroless@sha256:both',
  ],
  // A variant without its own digest has none, whatever the others have.
  ['1.22.1', { ...enterprise, digest: 'sha256:plain', variant: 'fips' }, 'r/gloo-ee-envoy-wrapper-fips:1'],
  ['1.22.1', { ...enterprise, digest: 'sha256:plain', variant: 'distroless' }, 'r/gloo-ee-envoy-wrapper:1-distroless'],
  [
    '1.22.1',
    { ...enterprise, fipsDigest: 'sha256:fips', variant: 'fips-distroless' },
    'r/gloo-ee-envoy-wrapper-fips:1-distroless',
  ],
  // An image without a build for a variant keeps its name, but not its digest.
  ['1.22.1', { ...open, ...digests, variant: 'fips' }, 'r/gloo-envoy-wrapper:1@sha256:fips'],
  ['1.22.1', { ...open, variant: 'fips-distroless' }, 'r/gloo-envoy-wrapper:1-distroless'],
  ['1.22.1', { ...open, repository: 'envoy', variant: 'distroless' }, 'r/envoy:1'],
  ['1.22.1', { ...open, repository: 'rate-limit-ee', variant: 'fips' }, 'r/rate-limit-ee-fips:1'],
  ['1.22.1', { ...open, repository: 'gloo-ee', variant: 'fips' }, 'r/gloo-ee-fips:1'],
  ['1.22.1', { ...open, repository: 'extauth-ee', variant: 'fips' }, 'r/extauth-ee-fips:1'],
  ['1.22.1', { ...open, repository: 'ext-auth-ee', variant: 'fips' }, 'r/ext-auth-ee:1'],
  ['1.9.0-beta9', { ...open, repository: 'extauth-ee', fips: true }, 'r/extauth-ee:1'],
  ['1.9.0-beta9', { ...open, repository: 'ext-auth-ee', fips: true }, 'r/ext-auth-ee-fips:1'],
  ['1.9.0-beta11', { ...open, repository: 'extauth-ee', fips: true }, 'r/extauth-ee-fips:1'],
  ['1.13.26', { ...open, repository: 'discovery-ee', fips: true }, 'r/discovery-ee:1'],
  ['1.13.27', { ...open, repository: 'discovery-ee', fips: true }, 'r/discovery-ee-fips:1'],
  ['1.15.20', { ...open, repository: 'sds-ee', fips: true }, 'r/sds-ee:1'],
  ['1.15.21', { ...open, repository: 'sds-ee', fips: true }, 'r/sds-ee-fips:1'],
  ['1.22.0-beta2', { ...open, repository: 'certgen', variant: 'fips' }, 'r/certgen:1'],
  ['1.22.0-beta3', { ...open, repository: 'certgen', variant: 'fips' }, 'r/certgen-fips:1'],
  ...['gloo', 'discovery', 'sds', 'gloo-ee', 'extauth-ee', 'rate-limit-ee', 'discovery-ee', 'sds-ee'].map(
    (repository) => ['1.22.1', { ...open, repository, variant: 'distroless' }, `r/${repository}:1-distroless`] as const,
  ),
  ...['observability-ee', 'caching-ee', 'certgen', 'kubectl', 'access-logger', 'ingress'].map(
    (repository) => ['1.22.1', { ...open, repository, variant: 'distroless' }, `r/${repository}:1-distroless`] as const,
  ),
  // These were built later.
  ...['certgen', 'kubectl', 'access-logger', 'ingress'].map(
    (repository) => ['1.17.0-beta15', { ...open, repository, variant: 'distroless' }, `r/${repository}:1`] as const,
  ),
  // Without any digests.
  ['1.22.1', { ...enterprise, ...digests, disableDigest: true, variant: 'fips' }, 'r/gloo-ee-envoy-wrapper-fips:1'],
  ['1.19.0-beta14', { ...enterprise, ...digests, disableDigest: true }, 'r/gloo-ee-envoy-wrapper:1@sha256:plain'],
  // One digest for all variants, but a separate FIPS digest, which only `fips` selects.
  ['1.17.0', { ...enterprise, ...digests, fips: true }, 'r/gloo-ee-envoy-wrapper-fips:1@sha256:fips'],
  ['1.17.0', { ...enterprise, ...digests, variant: 'fips' }, 'r/gloo-ee-envoy-wrapper-fips:1@sha256:plain'],
  ['1.17.0', { ...enterprise, ...digests, variant: 'distroless' }, 'r/gloo-ee-envoy-wrapper:1-distroless@sha256:plain'],
  ['1.17.0', { ...enterprise, fips: true, digest: 'sha256:plain' }, 'r/gloo-ee-envoy-wrapper-fips:1@sha256:plain'],
  ['1.17.0', { ...enterprise, fipsDigest: 'sha256:fips' }, 'r/gloo-ee-envoy-wrapper:1'],
  ['1.17.0', { ...open, fips: true }, 'r/gloo-envoy-wrapper:1'],
  // Before variants: the repository with its suffix even where it has no such build, if there is a FIPS digest.
  ['1.16.0', { ...open, ...digests, fips: true }, 'r/gloo-envoy-wrapper-fips:1@sha256:fips'],
  ['1.16.0', { ...open, fips: true, digest: 'sha256:plain' }, 'r/gloo-envoy-wrapper:1@sha256:plain'],
  ['1.16.0', { ...enterprise, ...digests, variant: 'fips' }, 'r/gloo-ee-envoy-wrapper:1@sha256:plain'],
  ['1.16.0', { ...enterprise, fipsDigest: 'sha256:fips' }, 'r/gloo-ee-envoy-wrapper:1'],
  ['1.11.40', { ...enterprise, ...digests, fips: true }, 'r/gloo-ee-envoy-wrapper-fips:1@sha256:plain'],
  ['1.11.23', { ...enterprise, ...digests }, 'r/gloo-ee-envoy-wrapper:1'],
  ['1.8.0', { ...enterprise, fips: true }, 'r/gloo-ee-envoy-wrapper:1'],
];

for (const [release, image, reference] of table)
  test(`${release}: ${JSON.stringify(image)} is ${reference}`, () => assert.equal(imageOf(release, image), reference));

export { newestRelease, releases } from './chart/releases.ts';
export type { PatchOperation } from './diff/patch.ts';
export type { ChangedObject, DiffChange, DiffReport, Restart } from './diff/report.ts';
export type { ExplainedFeature, ExplainedLine, ExplainedObject, ExplainedPart, LineCause } from './explain/map.ts';
export type { ExplainedValue, GivenAt } from './explain/value.ts';
export type { Fleet, FleetCluster, FleetLayer } from './fleet/types.ts';
export {
  addRoute,
  checkPolicies,
  disableMtls,
  type EnableMtlsOptions,
  enableMtls,
  type InjectOptions,
  injectSidecars,
  peerAuthentication,
  type RouteOptions,
  type UninjectOptions,
  type UpstreamSelection,
  uninjectSidecars,
  virtualServiceOf,
} from './intake/changes.ts';
export { type ExplainOptions, explain } from './intake/explain.ts';
export { type KubeGatewayOptions, renderKubeGateways } from './intake/kube.ts';
export {
  type DiffOptions,
  diffManifests,
  findRelease,
  formatPath,
  type ManifestSource,
  type Patch,
  parsePath,
  patchManifests,
  type RenderOptions,
  renderGatewayProxies,
  type Side,
  sharedSource,
  type ValidateOptions,
  validateValues,
} from './intake/library.ts';
export { type ManifestValidateOptions, validateManifests } from './intake/manifests.ts';
export { checkMtls, effectiveMtls, upstreamTls } from './intake/mtls.ts';
export { isProblem, type OneOrMany } from './intake/sources.ts';
export type { KnownWorld, MtlsCheck, Reason, UpstreamRow, Verdict } from './istio/check/types.ts';
export type { EffectiveMtls } from './istio/effective-mtls.ts';
export type { PolicyOptions } from './istio/policy.ts';
export type { PolicyCheck, PolicyCheckOptions, UpstreamVerdict } from './istio/policy-check.ts';
export type { UpstreamTls } from './istio/upstream-tls.ts';
export type { Change, ChangedText } from './objects/manifests.ts';
export type { Rendered } from './objects/read.ts';
export type { ObjectRef, Path, Problem, Severity } from './problem.ts';
export type { GatewayProxyValues, GlooValues, KubernetesContainer } from './schema/types.gen.ts';
export type { MtlsWorld } from './verbs/check.ts';
export type { ControllerOptions } from './verbs/decide-kube.ts';
export type { ValueMapping } from './verbs/explain.ts';
export type { Manifest, Rendering } from './verbs/render.ts';
export type { KubeRendering } from './verbs/render-kube.ts';
export type { Validation } from './verbs/validate.ts';
export type { ManifestValidation } from './verbs/validate-manifests.ts';
export type { Source } from './yaml/read.ts';

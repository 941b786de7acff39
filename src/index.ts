export { findRelease, newestRelease, releases } from './chart/releases.ts';
export { formatPath, type Path, type Problem, parsePath, type Severity } from './problem.ts';
export { type Manifest, type Rendering, type RenderOptions, renderGatewayProxies } from './render.ts';
export { type ValidateOptions, type Validation, validateValues } from './validate.ts';
export type { GatewayProxyValues, GlooValues, KubernetesContainer } from './values/types.gen.ts';
export type { Source } from './yaml/read.ts';

/**
 * What Gloo's own deployer renders for Gateways: the recorded cases and answers if they are beside the project,
 * otherwise the stored cases and, for each release, a digest of glistio's output.
 */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type ControllerOptions, type KubeRendering, renderKubeGateways } from '../../src/index.ts';
import type { Value, ValueMap } from '../../src/value.ts';
import { comparable, digest, identity } from './canonical.ts';

export interface KubeCase {
  readonly id: string;
  readonly values: string | null;
  readonly gateway: ValueMap;
  readonly gatewayClass: ValueMap | null;
  readonly gatewayParameters: readonly ValueMap[];
  readonly listenerSets?: readonly ValueMap[];
  readonly secrets?: readonly ValueMap[];
  readonly namespace: string;
  readonly release: string;
  readonly inputs: ControllerOptions;
}

/** The recording of a case. */
export interface KubeAnswer {
  readonly id: string;
  readonly parameters?: ValueMap | null;
  readonly class?: ValueMap | null;
  readonly objects?: readonly ValueMap[];
  readonly error?: string;
  readonly stage?: 'helm' | 'decode' | 'deployer' | 'panic';
  readonly apiServer?: unknown;
}

const recorded = new URL('../../../shared/oracle/deployer/', import.meta.url);
const kept = new URL('../oracle/', import.meta.url);
export const kubeCasesFile = new URL('kube-cases.jsonl.gz', kept);
export const kubeDigestsFile = new URL('kube-digests.txt', kept);

export const hasKubeAnswers = process.env['GLISTIO_PARITY'] !== 'digests' && existsSync(recorded);

export function readKubeCases(): KubeCase[] {
  const file = hasKubeAnswers
    ? readFileSync(new URL('cases.jsonl', recorded))
    : gunzipSync(readFileSync(kubeCasesFile));
  return linesOf<KubeCase>(file);
}

/** The recorded releases, each with those that give the same answers. */
export function readKubeClasses(): readonly { readonly release: string; readonly same: readonly string[] }[] {
  // The file's own form.
  const { classes } = JSON.parse(readFileSync(new URL('classes.json', recorded), 'utf8')) as {
    readonly classes: readonly { readonly release: string; readonly same: readonly string[] }[];
  };
  return classes;
}

/** The releases whose results are stored. */
export function readKubeReleases(): string[] {
  const lines = readFileSync(kubeDigestsFile, 'utf8').trim().split('\n');
  return lines.map((line) => line.split(' ')[0] ?? '');
}

export function readKubeAnswers(release: string): ReadonlyMap<string, KubeAnswer> {
  const file = gunzipSync(readFileSync(new URL(`releases/${release}.jsonl.gz`, recorded)));
  return new Map(linesOf<KubeAnswer>(file).map((answer) => [answer.id, answer]));
}

function linesOf<T>(file: Buffer): T[] {
  const lines = file.toString('utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as T);
}

/** Runs a case through the public function. */
export function renderCase(given: KubeCase, chartVersion: string): KubeRendering {
  return renderKubeGateways({
    values: given.values,
    chartVersion,
    namespace: given.namespace,
    releaseName: given.release,
    gateways: [given.gateway],
    gatewayClasses: given.gatewayClass,
    gatewayParameters: given.gatewayParameters,
    listenerSets: given.listenerSets ?? [],
    secrets: given.secrets ?? [],
    controller: given.inputs,
  });
}

/** Objects in the order and form of the recordings: the entries of ConfigMaps are parsed. */
export function recordedForm(objects: readonly ValueMap[]): ValueMap[] {
  return objects.map(comparable).sort((a, b) => (identity(a) < identity(b) ? -1 : 1));
}

/** One digest of the results of all cases: the objects, and whether there was an error. */
export function digestOfCases(renderings: readonly KubeRendering[]): string {
  return digest(
    renderings.map(
      ({ manifests, problems }): Value => [
        problems.some(({ severity }) => severity === 'error'),
        recordedForm(manifests.map(({ object }) => object)),
      ],
    ),
  );
}

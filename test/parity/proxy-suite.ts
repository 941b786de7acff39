/**
 * What real charts render around a gateway proxy, and elsewhere for the values for Istio and mTLS: the recorded cases
 * and answers if they are beside the project, otherwise the stored cases and, for every third release of each half, a
 * digest of glistio's output when it was verified.
 */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { sharedSource } from '../../src/helm/layers.ts';
import { renderGatewayProxies } from '../../src/index.ts';
import { proxyCompanionKinds } from '../../src/objects/proxy-kinds.ts';
import type { Value, ValueMap } from '../../src/value.ts';
import { controlPlaneObjects } from '../../src/verbs/control-plane.ts';
import { prepare } from '../../src/verbs/prepare.ts';
import { comparable, digest, identity } from './canonical.ts';
import { type Case, isWhole, type ReleaseClass } from './suite.ts';

/** The objects of the proxies, or what the values for Istio and mTLS change beside them. */
export type ProxyHalf = 'proxy' | 'mesh';

/** The recording of a case. */
export interface ProxyAnswer {
  readonly id: string;
  readonly objects?: readonly ValueMap[];
  readonly error?: string;
  readonly apiServer?: unknown;
  readonly gatewaysError?: unknown;
  readonly shellExpanded?: boolean;
}

/** A case whose texts are parsed once, however many releases render it. */
export interface ReadCase extends Omit<Case, 'files'> {
  readonly values: ReturnType<typeof sharedSource>[];
}

const recorded = new URL('../../../shared/oracle/proxy/', import.meta.url);
const kept = new URL('../oracle/', import.meta.url);
export const proxyCasesFile = new URL('proxy-cases.jsonl.gz', kept);
export const proxyDigestsFile = new URL('proxy-digests.txt', kept);

export const hasProxyAnswers = process.env['GLISTIO_PARITY'] !== 'digests' && existsSync(recorded);

export function readProxyCases(): Case[] {
  return linesOf<Case>(
    hasProxyAnswers ? readFileSync(new URL('cases.jsonl', recorded)) : gunzipSync(readFileSync(proxyCasesFile)),
  );
}

export function openCases(): ReadCase[] {
  return readProxyCases().map(({ files, ...given }) => ({
    ...given,
    values: files.map((text, index) => sharedSource({ name: `values-${index}.yaml`, text })),
  }));
}

/** One recorded release of each class that differs in this half; all recorded ones for `GLISTIO_PARITY=all`. */
export function readProxyReleases(half: ProxyHalf): string[] {
  if (!hasProxyAnswers) return [...keptDigests(half).keys()];
  const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, recorded), 'utf8'));
  // The files' own forms.
  const all = (read('classes.json') as ReleaseClass[]).map(({ release }) => release);
  if (isWhole) return all;
  return (read(`classes-${half}.json`) as string[][]).flatMap((same) => all.find((one) => same.includes(one)) ?? []);
}

export function readProxyAnswers(release: string): ReadonlyMap<string, ProxyAnswer> {
  const lines = linesOf<ProxyAnswer>(gunzipSync(readFileSync(new URL(`releases/${release}.jsonl.gz`, recorded))));
  return new Map(lines.map((answer) => [answer.id, answer]));
}

export function keptDigests(half: ProxyHalf): ReadonlyMap<string, string> {
  const lines = readFileSync(proxyDigestsFile, 'utf8').trim().split('\n');
  const words = lines.map((line) => line.split(' ') as [string, string, string]);
  return new Map(words.flatMap(([of, release, sum]) => (of === half ? [[release, sum]] : [])));
}

function linesOf<T>(file: Buffer): T[] {
  const lines = file.toString('utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as T);
}

/** Runs a case through the public function, with companions in the order of the recordings. */
export function renderCompanions({ values, namespace, release }: ReadCase, chartVersion: string) {
  const { manifests, problems } = renderGatewayProxies({ values, chartVersion, namespace, releaseName: release });
  const own = manifests.filter(({ kind }) => isCompanion(kind));
  return { objects: inOrder(own.map(({ object }) => comparable(object))), problems };
}

export function isCompanion(kind: unknown): boolean {
  return proxyCompanionKinds.includes(String(kind));
}

export function inOrder(objects: readonly ValueMap[]): ValueMap[] {
  const keyed = objects.map((object) => [`${identity(object)} ${JSON.stringify(object)}`, object] as const);
  return keyed.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}

/** What a case changes beside the proxies; undefined if its values are rejected. */
export function renderControlPlane({ values, namespace, release }: ReadCase, chartVersion: string) {
  const prepared = prepare({ values, chartVersion, namespace, releaseName: release });
  return 'chart' in prepared ? controlPlaneObjects(prepared) : undefined;
}

/** One digest of the results of all cases. */
export function digestOfHalf(half: ProxyHalf, cases: readonly ReadCase[], release: string): string {
  return digest(
    cases.map((given): Value => {
      if (half === 'mesh') return renderControlPlane(given, release) ?? null;
      return outcomeOf(renderCompanions(given, release));
    }),
  );
}

/** The problems of a rendering, one line each. */
export function saidOf({ problems }: ReturnType<typeof renderCompanions>): string[] {
  return problems.map(
    ({ severity, code, path, message, hint = '' }) => `${severity} ${code} ${path}: ${message} ${hint}`,
  );
}

/** The relevant part of a rendering: its objects, or that there are none. */
export function outcomeOf({ objects, problems }: ReturnType<typeof renderCompanions>): Value {
  return problems.some(({ severity }) => severity === 'error') ? null : objects;
}

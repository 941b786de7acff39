import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isStable, releases } from '../../../src/chart/releases.ts';
import { type ValueFields, type ValueType, valuesModel } from '../../../src/schema/values-model.ts';
import type { Draw } from '../draw.ts';
import { anyName, anyString } from './strings.ts';
import { anyData, type Json } from './yaml.ts';

/** The release of the values; the newest is the simplest. */
export function anyRelease(draw: Draw): string {
  return draw.pick(tried);
}

const tried: readonly string[] = [
  ...releases.filter((_, index) => index % 25 === 0),
  ...releases.filter(isStable).slice(-1),
].reverse();

/** Values of the chart with the right types, except for one in ten. */
export function chartValues(draw: Draw): { [key: string]: Json } {
  const values = mapOf(draw, valuesModel(), draw.oneIn(3) ? undefined : relevant, 0);
  if (draw.oneIn(2)) return values;
  const global = typeof values['global'] === 'object' && !Array.isArray(values['global']) ? values['global'] : {};
  return { ...values, global: { ...global, istioSDS: { enabled: true } } };
}

const relevant = ['global', 'gatewayProxies', 'gateway', 'settings', 'gloo', 'k8s'];

function mapOf(
  draw: Draw,
  fields: ValueFields,
  only: readonly string[] | undefined,
  depth: number,
): { [key: string]: Json } {
  const keys = [...fields.keys()].filter((key) => only === undefined || only.includes(key));
  if (keys.length === 0 || depth > 7) return {};
  return Object.fromEntries(
    draw.list(5, () => {
      const key = draw.pick(keys);
      const type = draw.pick(fields.get(key) ?? []);
      const value = draw.oneIn(10) ? anyData(draw) : valueOf(draw, type.takes ?? type.type, depth + 1);
      return [key, type.enum !== undefined && draw.oneIn(2) ? draw.pick(type.enum) : value] as const;
    }),
  );
}

function valueOf(draw: Draw, type: ValueType, depth: number): Json {
  switch (type.kind) {
    case 'scalar':
      return scalarOf(draw, type.name);
    case 'list':
      return draw.list(3, () => valueOf(draw, type.of, depth + 1));
    case 'map':
      return Object.fromEntries(
        draw.list(
          3,
          () => [draw.oneIn(3) ? anyName(draw) : 'gatewayProxy', valueOf(draw, type.of, depth + 1)] as const,
        ),
      );
    case 'object':
      return mapOf(draw, type.fields, undefined, depth);
    case 'kubernetes':
      return type.name === 'Container'
        ? container(draw)
        : draw.oneIn(2)
          ? anyData(draw, 2)
          : mapOf(draw, type.fields, undefined, depth);
    case 'any':
      return anyData(draw, 2);
  }
}

function scalarOf(draw: Draw, name: string): Json {
  if (name === 'bool') return draw.pick<Json>([true, false, 'true', 'false', null, 1]);
  if (name === 'string') return draw.oneIn(3) ? anyString(draw) : anyName(draw);
  return draw.pick<Json>([1, 8081, 0, -1, 65_536, '3', 1.5, null, 1e21]);
}

function container(draw: Draw): Json {
  const env = draw.list(3, () => ({
    name: draw.pick(['OUTPUT_CERTS', 'JWT_POLICY', 'PROXY_CONFIG', 'PASSWORD']),
    value: anyString(draw),
  }));
  return {
    name: draw.pick(['istio-proxy', 'sds', 'x']),
    image: draw.oneIn(4) ? anyString(draw) : 'docker.io/istio/proxyv2:1.20.1',
    args: draw.list(3, () => draw.pick(['proxy', '--discoveryAddress', 'istio-pilot.x:1', anyString(draw)])),
    env,
    ports: draw.list(2, () => ({ containerPort: draw.pick<Json>([8080, '15021', null, -1]), name: anyName(draw) })),
    volumeMounts: draw.list(2, () => ({
      name: draw.pick(['istio-certs', 'none']),
      mountPath: draw.pick(['/etc/istio-certs/', '/', '']),
    })),
    ...(draw.oneIn(3) ? { securityContext: anyData(draw, 1), readinessProbe: anyData(draw, 2) } : {}),
  };
}

/** The values of all examples, as they are written. */
export const exampleTexts: readonly string[] = readdirSync('examples')
  .sort()
  .flatMap((name) => textIn(join('examples', name, 'values.yaml')));

function textIn(path: string): string[] {
  try {
    return [readFileSync(path, 'utf8')];
  } catch {
    return [];
  }
}

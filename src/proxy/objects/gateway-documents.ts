import { truthy } from '../../go/template.ts';
import type { ReleaseContext } from '../proxies.ts';
import { deviate, remark } from '../scope.ts';
import type { Companion } from './object.ts';

/**
 * What the text has for a Gateway: the object, if there is one, and whether it follows the previous one without a
 * document marker.
 */
export interface Written {
  readonly gateway: Companion | undefined;
  readonly runsOn: boolean;
}

export const offGateway: Written = { gateway: undefined, runsOn: false };

/** The Gateways that a reader finds in what the chart writes: in some releases two of them end up in one document. */
export function gatewaysIn(written: readonly Written[], context: ReleaseContext): Companion[] {
  if (context.chart.has('gatewaysRunTogether') && hasDoubleMarker(written)) {
    deviate(context.values, 'gateway-marker-twice', 'gatewayProxies');
    return written.flatMap(({ gateway }) => gateway ?? []);
  }
  const found: Companion[] = [];
  let emptyBefore = 0;
  let isOpen = false;
  for (const { gateway, runsOn } of written) {
    // Two objects in one document have the same keys, and the later ones count.
    const before = runsOn && isOpen ? found.pop() : undefined;
    if (before !== undefined) findRunTogether(before, gateway, context);
    if (gateway === undefined) {
      emptyBefore++;
      if (before === undefined) isOpen = false;
      else found.push(withMarker(before));
      continue;
    }
    isOpen = true;
    if (before === undefined) findGlued(gateway, context, emptyBefore);
    emptyBefore = 0;
    found.push(gateway);
  }
  return found;
}

/** An override's text has no line break before it, so it may end up on the line of its marker. */
function findGlued(
  { overridden, override, kind, facts }: Companion,
  { chart }: ReleaseContext,
  emptyBefore: number,
): void {
  const scope = { ...overridden, path: overridden.path.slice(0, -1) };
  const key = String(overridden.path.at(-1));
  const isLost = emptyBefore % 2 === 1;
  if (chart.has('sslGatewayOnMarker') && isLost && 'ssl' in facts && facts.ssl === true)
    deviate(scope, 'gateway-behind-disabled-one', undefined);
  if (!truthy(override)) return;
  if (chart.has('gatewaysInConfigMap')) deviate(scope, 'gateway-override-on-marker', key);
  else if (!chart.has('gatewaysInJob') && isLost) deviate(scope, 'override-behind-empty-object', key, { kind });
}

/** Whether a document marker without a line break before it follows another marker instead of a Gateway. */
function hasDoubleMarker(written: readonly Written[]): boolean {
  return written.some(({ runsOn }, index) => {
    const before = written.slice(0, index);
    const start = before.findLastIndex((one) => !one.runsOn || one.gateway !== undefined);
    return runsOn && index > 0 && before[start]?.gateway === undefined;
  });
}

/**
 * A Gateway whose last line, the name of its proxy, is followed by the marker of the next document on the same line.
 */
function withMarker({ facts, ...rest }: Companion): Companion {
  return { ...rest, facts: 'proxy' in facts ? { ...facts, proxy: `${String(facts.proxy)}---` } : facts };
}

function findRunTogether({ name, values }: Companion, next: Companion | undefined, { chart }: ReleaseContext): void {
  const consequence =
    next === undefined
      ? 'a document marker becomes a part of its proxy’s name, and no proxy has it'
      : `${next.name} takes its place`;
  const message = `The chart of this release does not keep the Gateway ${name} apart from what follows: ${consequence}.`;
  const mended = chart.has('gatewaysRunTogether') ? '1.14.13, 1.15.0' : '1.7.0';
  const hint = `Use ${mended} or newer.`;
  remark(values, 'gateways-run-together', undefined, message, hint);
}

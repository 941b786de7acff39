import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkWorld } from '../../src/istio/check/check.ts';
import { goldenCases } from './golden-cases.ts';
import { partsOfRows } from './istio-world.ts';
import { onlySsl, rightWorld, type World, without } from './proof-world.ts';

/**
 * What is different from the right world, and what is then said of its Upstreams `auto` and `ssl` (unless the change
 * removes one): for each its name, its verdict and the codes of the reasons.
 */
export type Case = readonly [what: string, change: (world: World) => void, ...rows: string[]];

export const autoWorks = 'auto works certificates-served auto-mtls mtls-ended';
export const sslWorks = 'ssl works certificates-served presents-certificate mtls-ended';

/** The change, in a world with the Upstream `ssl` alone. */
export const ssl =
  (change: Case[1]): Case[1] =>
  (world) => {
    onlySsl(world);
    change(world);
  };
/** The change, in a world with the Upstream `auto` alone. */
export const auto =
  (change: Case[1]): Case[1] =>
  (world) => {
    without(world, 'Upstream', 'ssl');
    change(world);
  };

/** Makes one test of several cases, which takes little longer than one of them; the file has the words of all reasons. */
export function casesIn(path: string): (name: string, cases: readonly Case[]) => void {
  const isWhole = goldenCases(path);
  return (name, cases) => {
    test(name, () => {
      for (const [what, change, ...expected] of cases) {
        const world = rightWorld();
        change(world);
        const { objects, options } = world;
        const { rows, problems } = checkWorld({ objects, ...options });
        const said = rows.map(({ upstream, verdict, reasons }) =>
          [upstream.name, verdict, ...reasons.map(({ code }) => code)].join(' '),
        );
        assert.deepEqual([what, ...said], [what, ...expected]);
        isWhole([objects, options], [...partsOfRows(rows), ...problems]);
      }
    });
  };
}

/** Routes: how one is written, and which VirtualService it is added to. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addRoute, type RouteOptions, routeOf, virtualServiceOf } from '../../src/istio/route.ts';
import { isList, type Value, type ValueMap } from '../../src/value.ts';
import { after, fileOf, told } from '../support/manifests.ts';
import { at } from '../support/rendered.ts';

const basic: RouteOptions = { upstream: 'u', path: { kind: 'prefix', value: '/a' } };
const action = { single: { upstream: { name: 'u', namespace: 'gloo-system' } } };

test('a route as Gloo reads it', () => {
  const table: readonly (readonly [options: Partial<RouteOptions>, route: ValueMap])[] = [
    [{}, { matchers: [{ prefix: '/a' }], routeAction: action }],
    [{ path: { kind: 'exact', value: '/b' } }, { matchers: [{ exact: '/b' }], routeAction: action }],
    [{ path: { kind: 'regex', value: '/.*' } }, { matchers: [{ regex: '/.*' }], routeAction: action }],
    [
      { upstreamNamespace: 'n' },
      { matchers: [{ prefix: '/a' }], routeAction: { single: { upstream: { name: 'u', namespace: 'n' } } } },
    ],
    [{ methods: ['GET', 'PUT'] }, { matchers: [{ prefix: '/a', methods: ['GET', 'PUT'] }], routeAction: action }],
    [{ methods: [] }, { matchers: [{ prefix: '/a' }], routeAction: action }],
    [
      { headers: { b: '1', a: '', c: '' } },
      {
        matchers: [{ prefix: '/a', headers: [{ name: 'a' }, { name: 'b', regex: true, value: '1' }, { name: 'c' }] }],
        routeAction: action,
      },
    ],
    [{ prefixRewrite: '/' }, { matchers: [{ prefix: '/a' }], options: { prefixRewrite: '/' }, routeAction: action }],
  ];
  for (const [options, route] of table) assert.deepEqual(routeOf({ ...basic, ...options }), route);
});

test('a VirtualService of its own', () => {
  const made = (options: Partial<RouteOptions>): ValueMap => virtualServiceOf({ ...basic, ...options });
  assert.deepEqual(made({}), {
    apiVersion: 'gateway.solo.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'default', namespace: 'gloo-system' },
    spec: { virtualHost: { domains: ['*'], routes: [routeOf(basic)] } },
  });
  assert.deepEqual(at(made({ domains: ['a.b'] }), 'spec', 'virtualHost', 'domains'), ['a.b']);
  assert.deepEqual(made({ name: 'n', namespace: 's' })['metadata'], { name: 'n', namespace: 's' });
});

function service(name: string, domains: Value | undefined, routes: Value = [], metadata: ValueMap = {}): ValueMap {
  return {
    apiVersion: 'gateway.solo.io/v1',
    kind: 'VirtualService',
    metadata: { name, namespace: 'gloo-system', ...metadata },
    spec: { virtualHost: { ...(domains === undefined ? {} : { domains }), routes } },
  };
}

function add(objects: readonly ValueMap[], options: Partial<RouteOptions> = {}) {
  const change = addRoute([fileOf(objects)], { ...basic, ...options });
  const all = after(change);
  return {
    told: told(change.problems),
    notes: change.notes,
    changed: change.changed,
    all,
    /** Each VirtualService by name, with its domains and the paths of its routes. */
    services: all
      .filter(({ kind }) => kind === 'VirtualService')
      .map((one) => {
        const given = at(one, 'spec', 'virtualHost', 'routes');
        const routes = isList(given) ? given : [];
        return `${at(one, 'metadata', 'name')} [${at(one, 'spec', 'virtualHost', 'domains') ?? ''}] ${routes.map((route) => at(route, 'matchers', 0, 'prefix')).join(' ')}`.trim();
      }),
  };
}

const to = (prefix: string, more: ValueMap = {}): ValueMap => ({
  matchers: [{ prefix, ...more }],
  routeAction: action,
});

test('into which VirtualService it goes', () => {
  const table: readonly (readonly [
    services: readonly string[],
    objects: readonly ValueMap[],
    options?: Partial<RouteOptions>,
  ])[] = [
    [['default [*] /a'], []],
    [['x [*] /a'], [service('x', ['*'])]],
    [['x [] /a'], [service('x', undefined)]],
    [['x [] /a'], [service('x', [])]],
    [['x [a.b]', 'default [*] /a'], [service('x', ['a.b'])]],
    [['x [a.b,c.d] /a'], [service('x', ['a.b', 'c.d'])], { domains: ['c.d'] }],
    [['x [a.b,e.f] /a'], [service('x', ['a.b'])], { domains: ['a.b', 'e.f'] }],
    [['x []', 'default [a.b] /a'], [service('x', [])], { domains: ['a.b'] }],
    [['x [*]', 'y [*] /a'], [service('x', ['*']), service('y', ['*'])], { name: 'y' }],
    [['x [a.b] /a'], [service('x', ['a.b'])], { name: 'x' }],
    [
      ['x [*] /a', 'y [*]'],
      [service('x', ['*']), service('y', ['*'])],
    ],
    [
      ['x [*]', 'y [*] /a'],
      [service('x', ['*'], [], { namespace: 'n' }), service('y', ['*'])],
      { namespace: 'gloo-system' },
    ],
    [['x [*] /a'], [service('x', ['*'], [], { namespace: null })], { namespace: 'n' }],
    // Istio's VirtualServices are a different kind.
    [['x [*]', 'default [*] /a'], [{ ...service('x', ['*']), apiVersion: 'networking.istio.io/v1' }]],
    [['default [*] /a'], [{ ...service('x', ['*']), kind: 'Gateway' }]],
  ];
  for (const [services, objects, options] of table)
    assert.deepEqual(add(objects, options).services, services, JSON.stringify([objects, options]));
});

test('nothing else is written into it', () => {
  const hosts = (given: ValueMap): unknown => at(add([given]).all[0], 'spec', 'virtualHost');
  assert.deepEqual(hosts(service('x', undefined)), { routes: [routeOf(basic)] });
  assert.deepEqual(hosts(service('x', ['*'])), { domains: ['*'], routes: [routeOf(basic)] });
});

test('a name that is taken', () => {
  const taken = add([service('default', ['a.b', 'c.d'])]);
  assert.deepEqual(
    [taken.changed, taken.told],
    [
      0,
      [
        'error name-taken: VirtualService gloo-system/default is for a.b, c.d, and the new one would have the same name. (name the new one with --name, or choose one of these domains with --domain)',
      ],
    ],
  );
  assert.deepEqual(add([service('default', ['a.b'], [], { namespace: null })]).changed, 0);
  assert.deepEqual(add([service('default', ['a.b'], [], { namespace: 'other' })]).changed, 1);
  assert.deepEqual(add([{ ...service('default', ['a.b']), kind: 'Gateway' }]).changed, 1);
  assert.deepEqual(add([service('default', ['a.b'])], { name: 'new' }).changed, 1);
});

test('at which place', () => {
  const routes = [to('/x'), to('/y')];
  const at = (index?: number): readonly string[] =>
    add([service('s', ['*'], routes)], index === undefined ? {} : { index }).services;
  assert.deepEqual(at(), ['s [*] /a /x /y']);
  assert.deepEqual(at(0), ['s [*] /a /x /y']);
  assert.deepEqual(at(1), ['s [*] /x /a /y']);
  assert.deepEqual(at(2), ['s [*] /x /y /a']);
  const beyond = add([service('s', ['*'], routes)], { index: 3 });
  assert.deepEqual(
    [beyond.changed, beyond.told],
    [
      0,
      [
        'error no-such-index spec.virtualHost.routes: VirtualService gloo-system/s has 2 routes, so position 3 does not exist. (use a smaller --index)',
      ],
    ],
  );
  assert.match(add([service('s', ['*'], routes.slice(1))], { index: 2 }).told.join(), /has 1 route, so/);
  assert.match(add([service('s', ['*'], 'none')], { index: 1 }).told.join(), /has 0 routes, so/);
});

test('a route that is there already', () => {
  const found = add([service('s', ['*'], [to('/x'), to('/a')])]);
  assert.deepEqual(
    [found.changed, found.notes, found.told],
    [0, ['VirtualService gloo-system/s has this route already'], []],
  );
  // A domain may be new nevertheless.
  const domains = add([service('s', ['a.b'], [to('/x'), to('/a')])], { domains: ['a.b', 'c.d'] });
  assert.deepEqual([domains.services, domains.notes], [['s [a.b,c.d] /x /a'], []]);
});

test('a route behind one that takes everything', () => {
  const unreachable = (index: number, ...routes: readonly ValueMap[]): readonly string[] =>
    add([service('s', ['*'], routes)], { index }).told;
  assert.deepEqual(unreachable(1, to('/'), to('/y')), [
    'warning unreachable-route spec.virtualHost.routes: A route before position 1 of VirtualService gloo-system/s matches every request, so this one gets none. (use a smaller --index)',
  ]);
  assert.deepEqual(unreachable(0, to('/'), to('/y')), []);
  assert.equal(unreachable(2, to('/x'), to('/')).length, 1);
  assert.deepEqual(unreachable(1, to('/x'), to('/')), []);
  assert.deepEqual(unreachable(1, to('/', { methods: ['GET'] })), []);
  assert.deepEqual(unreachable(1, to('/', { headers: [{ name: 'x' }] })), []);
  assert.equal(unreachable(1, to('/', { caseSensitive: false })).length, 1);
  assert.equal(unreachable(1, { matchers: [{ prefix: '/x' }, { prefix: '/' }] }).length, 1);
  assert.deepEqual(unreachable(1, { matchers: [{ exact: '/' }] }), []);
});

test('in a list, and behind other documents', () => {
  const list = addRoute(
    [
      {
        name: 'l',
        text: 'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Service, metadata: {name: s}}\n',
      },
    ],
    basic,
  );
  assert.match(
    list.manifests[0]?.text ?? '',
    /^apiVersion: v1\nkind: List\nitems:\n- \{apiVersion: v1, kind: Service, metadata: \{name: s\}\}\n- apiVersion: gateway\.solo\.io\/v1\n/,
  );
  const text = (given: string): string => addRoute([{ name: 'x', text: given }], basic).manifests[0]?.text ?? '';
  assert.match(text('kind: A'), /^kind: A\n---\napiVersion: gateway/);
  assert.match(text('kind: A\n'), /^kind: A\n---\napiVersion: gateway/);
  assert.match(text('kind: A\r\n'), /^kind: A\r\n---\r\napiVersion: gateway\.solo\.io\/v1\r\nkind/);
  assert.match(text(''), /^apiVersion: gateway/);
  assert.match(text('kind: ServiceList\nitems: []\n'), /^kind: ServiceList\nitems: \[\]\n---\napiVersion: gateway/);
  const two = addRoute(
    [
      { name: 'a', text: 'kind: A\n' },
      { name: 'b', text: 'kind: B\n' },
    ],
    basic,
  ).manifests;
  assert.deepEqual(
    two.map(({ isChanged }) => isChanged),
    [false, true],
  );
});

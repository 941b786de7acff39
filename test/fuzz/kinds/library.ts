import { inspect, isDeepStrictEqual } from 'node:util';
import * as library from '../../../src/index.ts';
import { codes } from '../../../src/rules/codes.ts';
import type { Draw } from '../draw.ts';
import { fault, type Kind, timed } from '../kind.ts';
import { anyString } from '../material/strings.ts';
import { anyRelease, chartValues, exampleTexts } from '../material/values.ts';
import { anyData } from '../material/yaml.ts';

type Anything = (...given: readonly unknown[]) => unknown;

const functions = Object.entries(library).flatMap(([name, one]): [string, Anything][] =>
  // Called with arbitrary arguments, which is what is tested.
  typeof one === 'function' && name !== 'explain' ? [[name, one as Anything]] : [],
);
// The full map of all values takes hundreds of renderings.
functions.push(['explain', (given, ...others) => (library.explain as Anything)(few(given), ...others)]);

function few(given: unknown): unknown {
  if (!isPlain(given)) return 'x';
  try {
    return { ...given, paths: ['global.istioSDS'] };
  } catch {
    // A value that throws when it is copied renders nothing.
    return given;
  }
}

function isPlain(given: unknown): given is object {
  try {
    return typeof given === 'object' && given !== null && Object.getPrototypeOf(given) === Object.prototype;
  } catch {
    return false;
  }
}

interface Input {
  readonly name: string;
  readonly call: Anything;
  readonly given: readonly unknown[];
}

const manifests = library.renderGatewayProxies({ chartVersion: '1.17.0' }).manifests;
const optionNames = [
  ...[
    'values',
    'set',
    'setString',
    'setJson',
    'setFile',
    'setLiteral',
    'files',
    'chartVersion',
    'namespace',
    'releaseName',
  ],
  ...[
    'proxy',
    'show',
    'lint',
    'ignore',
    'include',
    'defaultIgnores',
    'showSecrets',
    'names',
    'glooVersion',
    'istioVersion',
  ],
  ...[
    'istioNamespace',
    'jwtPolicy',
    'like',
    'sidecars',
    'upstreams',
    'selector',
    'all',
    'force',
    'workload',
    'mode',
    'upstream',
  ],
  ...[
    'path',
    'methods',
    'headers',
    'prefixRewrite',
    'name',
    'domains',
    'index',
    'includeUpstreams',
    'left',
    'right',
    'kind',
    'value',
    'text',
    'object',
  ],
];

class Instance {
  a = 1;
}

function cycle(inner: unknown): unknown {
  const value: Record<string, unknown> = { inner };
  value['self'] = value;
  return value;
}

function throwing(draw: Draw, target: object): unknown {
  const thrown = draw.pick([new Error('a trap'), undefined, 'a string']);
  const fail = (): never => {
    throw thrown;
  };
  const traps = ['get', 'has', 'ownKeys', 'getPrototypeOf', 'getOwnPropertyDescriptor'] as const;
  return new Proxy(target, Object.fromEntries(traps.filter(() => draw.oneIn(2)).map((trap) => [trap, fail])));
}

/** What a Proxy may also do: never end, and never return the same value twice. */
function endless(): unknown {
  return new Proxy(
    {},
    {
      ownKeys: () => ['a', 'b'],
      get: endless,
      getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
    },
  );
}

function withGetter(value: unknown): unknown {
  return {
    get a() {
      return value;
    },
  };
}

function deep(levels: number): unknown {
  let value: unknown = 'a';
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? { a: value } : [value];
  return value;
}

function anything(draw: Draw, depth = 3): unknown {
  const inner = (): unknown => (depth === 0 ? 'a' : anything(draw, depth - 1));
  return draw.one<unknown>(
    () => undefined,
    () => draw.pick([null, true, false, 0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY, 1n, 2n ** 80n, -0]),
    () => anyString(draw),
    () =>
      draw.pick<unknown>([
        Symbol('s'),
        () => 1,
        class {},
        /x/g,
        new Date(Number.NaN),
        new Map([[{}, 1]]),
        new Set(),
        new WeakMap(),
      ]),
    () => draw.list(4, inner),
    () =>
      Object.fromEntries(
        draw.list(4, () => [draw.oneIn(2) ? draw.pick(optionNames) : anyString(draw), inner()] as const),
      ),
    () => chartValues(draw),
    () => anyData(draw),
    () => ({ name: draw.oneIn(4) ? inner() : 'v.yaml', text: draw.oneIn(4) ? inner() : draw.pick(exampleTexts) }),
    () => manifests[draw.below(manifests.length)],
    () => ({
      apiVersion: 'apps/v1',
      kind: draw.pick(['Deployment', 'List', 'Upstream']),
      metadata: inner(),
      spec: inner(),
      items: inner(),
    }),
    () => cycle(inner()),
    () => throwing(draw, draw.oneIn(2) ? [] : {}),
    () => endless(),
    () => withGetter(inner()),
    () => Object.freeze(Object.assign(Object.create(null), { a: inner() })),
    () => Object.assign(new Instance(), { b: inner() }),
    () => Object.assign([], { length: draw.pick([1, 5, 4_294_967_295]) }),
    () => deep(draw.pick([3, 499, 501, 20_000])),
    () => new Error(anyString(draw)),
    () => new Uint8Array(3),
    () => ({ [Symbol('s')]: inner() }),
  );
}

function options(draw: Draw): unknown {
  if (draw.oneIn(8)) return anything(draw);
  const good = {
    chartVersion: anyRelease(draw),
    upstreams: ['a'],
    upstream: 'u',
    path: { kind: 'prefix', value: '/' },
  };
  return { ...good, ...Object.fromEntries(draw.list(4, () => [draw.pick(optionNames), anything(draw)] as const)) };
}

/** Arbitrary JavaScript values as arguments of any exported function. */
export const kind: Kind<Input> = {
  name: 'library',
  inputs: 500,
  make(draw) {
    const [name, call] = draw.pick(functions);
    const given = draw.list(3, () => (draw.oneIn(2) ? options(draw) : anything(draw)));
    return { name, call, given };
  },
  async check({ name, call, given }) {
    const result = await timed(() => call(...given));
    if (typeof result === 'boolean' || typeof result === 'string') return;
    const problems = problemsIn(result);
    for (const problem of problems) {
      const { code, message, severity } = problem;
      if (!codes.has(code)) fault(`${name} finds an unknown code ${code}`);
      if (code === 'internal-error') fault(`a bug in ${name}: ${/\(([\w-]+\.ts)/.exec(message)?.[1]}`, message);
      if (typeof message !== 'string' || message === '' || !['error', 'warning', 'info'].includes(severity))
        fault(`${name} finds no proper problem`, JSON.stringify(problem));
      if (message.length > 5000) fault(`${name} has a very long message`, message.slice(0, 300));
    }
    // What cannot be serialized is not data.
    const text = JSON.stringify(result, (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item));
    if (text === undefined) fault(`${name} returns no data`);
    const again = problemsIn(call(...given));
    if (
      !isDeepStrictEqual(
        again.map(({ code }) => code),
        problems.map(({ code }) => code),
      ) &&
      isSteady(given)
    )
      fault(`${name} twice finds different problems`, inspect([problems, again], { depth: 4 }));
  },
  show: ({ name, given }) => `${name}(${given.map((one) => inspectSafely(one)).join(', ')})`,
};

function problemsIn(result: unknown): readonly library.Problem[] {
  if (library.isProblem(result)) return [result];
  const { problems } = (result ?? {}) as { readonly problems?: readonly library.Problem[] };
  return problems ?? [];
}

/** Whether the arguments return the same values twice; those that throw or count need not. */
function isSteady(given: readonly unknown[]): boolean {
  return !/Proxy|Getter/.test(given.map(inspectSafely).join());
}

function inspectSafely(value: unknown): string {
  try {
    return inspect(value, { depth: 6, showProxy: true, maxStringLength: 200, maxArrayLength: 20 });
  } catch {
    return 'Proxy that cannot be shown';
  }
}

import type { RouteOptions } from '../../istio/route.ts';
import { CannotDo } from '../../outcome.ts';
import { payload } from '../../printable.ts';
import { writeYaml } from '../../yaml/write.ts';
import { type ChangeVerb, changeInCluster } from '../change.ts';
import { type Args, defineCommand, type Options } from '../command.ts';
import { manifestFiles, manifestOptions, readManifests, refuseClusterOptions, writeChange } from '../edit-manifests.ts';
import { clusterChangeOptions } from '../options.ts';

const [files] = manifestFiles;

const options = {
  ...manifestOptions,
  ...clusterChangeOptions,
  upstream: { kind: 'text', alias: 'u', value: 'NAME', summary: 'Upstream to route to' },
  'upstream-namespace': {
    kind: 'text',
    value: 'NAME',
    summary: 'Namespace of the Upstream',
    fallback: 'gloo-system',
  },
  'path-prefix': { kind: 'text', alias: 'p', value: '/PATH', summary: 'Match requests whose path starts with this' },
  'path-exact': { kind: 'text', value: '/PATH', summary: 'Match requests for exactly this path' },
  'path-regex': {
    kind: 'text',
    value: 'REGEX',
    summary: 'Match requests whose whole path matches this expression (RE2)',
  },
  method: { kind: 'texts', alias: 'm', value: 'METHOD', summary: 'Match only these HTTP methods' },
  header: {
    kind: 'texts',
    value: 'NAME=REGEX',
    summary: 'Match only requests with this header; the value is optional',
  },
  'prefix-rewrite': { kind: 'text', value: '/PATH', summary: 'Replace the matched part of the path with this' },
  name: {
    kind: 'text',
    value: 'NAME',
    summary: 'Name of the VirtualService (default: the one of the domain, or a new "default")',
  },
  namespace: {
    kind: 'text',
    alias: 'n',
    value: 'NAME',
    summary: 'Namespace of the VirtualService (default for a new one: gloo-system)',
  },
  domain: { kind: 'texts', value: 'HOST', summary: 'Domain of the VirtualService; repeatable (default: *)' },
  index: {
    kind: 'text',
    alias: 'x',
    value: 'NUMBER',
    summary: 'Position in the list of routes, from 0',
    fallback: '0',
  },
} as const satisfies Options;

export const route = defineCommand({
  name: 'route',
  summary: 'Print a VirtualService with a route to an Upstream, or add the route to one in manifests',
  positionals: [{ ...files, summary: 'Manifests, YAML or JSON; - is stdin; without any, print a new VirtualService' }],
  options,
  examples: {
    'glistio route --name prodpage --path-prefix / --upstream default-productpage-9080': 'A new VirtualService',
    'glistio route -i routes.yaml --path-exact /login --method POST --upstream default-login-8080':
      'As the first route of the VirtualService in a file',
  },
  async run(args, context) {
    const { addRoute, planAddRoute, virtualServiceOf } = await import('../../istio/route.ts');
    const { io, positionals } = context;
    const asked: RouteOptions = {
      upstream: given(args.upstream, 'the route has no destination', 'give --upstream NAME'),
      upstreamNamespace: args['upstream-namespace'],
      path: pathOf(args),
      methods: args.method.flatMap((text) => text.split(',')).map((text) => text.toUpperCase()),
      headers: Object.fromEntries(args.header.map(headerOf)),
      prefixRewrite: args['prefix-rewrite'],
      name: args.name,
      namespace: args.namespace,
      domains: args.domain.flatMap((text) => text.split(',')),
      index: indexOf(args.index),
    };
    if (args.cluster) {
      const verb: ChangeVerb<typeof args, RouteOptions> = {
        name: 'route',
        async load(cluster, { namespace }) {
          const { listObjects } = await import('../../cluster/list.ts');
          return await listObjects(cluster, 'VirtualService', namespace);
        },
        settings: () => asked,
        plan: async () => planAddRoute,
      };
      return await changeInCluster(verb, args, context);
    }
    refuseClusterOptions(args);
    if (positionals.length === 0) {
      io.stdout(payload(writeYaml(virtualServiceOf(asked))));
      return 'done';
    }
    const sources = await readManifests(args, context);
    return await writeChange(addRoute(sources, asked), sources, args, context);
  },
});

function given(text: string | undefined, otherwise: string, hint: string): string {
  if (text === undefined || text === '') throw new CannotDo(otherwise, hint);
  return text;
}

function pathOf(args: Args<typeof options>): RouteOptions['path'] {
  const paths = (['prefix', 'exact', 'regex'] as const).flatMap((kind) => {
    const value = args[`path-${kind}`];
    return value === undefined ? [] : [{ kind, value }];
  });
  const [path] = paths;
  if (path === undefined || paths.length > 1) {
    throw new CannotDo('a route takes one path', 'give one of --path-prefix, --path-exact and --path-regex');
  }
  if (path.kind !== 'regex' && !path.value.startsWith('/')) {
    throw new CannotDo(`--path-${path.kind} must start with /, and "${path.value}" does not`);
  }
  return path;
}

function headerOf(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at === 0 || text === '') throw new CannotDo(`"${text}" is not a header`, 'write NAME or NAME=REGEX');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function indexOf(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new CannotDo(`--index must be an integer from 0, but is "${text}"`);
  return Number(text);
}

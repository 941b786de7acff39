/** Follows the hints about files of fleets literally: the cluster is no longer refused. */
import { readdirSync } from 'node:fs';
import { after } from 'node:test';
import type { Problem } from '../../src/index.ts';
import { FleetFolder } from '../support/fleet.ts';
import { argueOthers, type Case, followCases, problemsSaid, type World, world } from './cases.ts';

interface Asked {
  readonly files: Readonly<Record<string, string>>;
  readonly argv: readonly string[];
}

const folder = new FleetFolder();
after(() => folder.remove());

/** Problems in JSON lines, and in text where the fleet as a whole is refused. */
async function fleet(_: unknown, { files, argv }: Asked): Promise<{ readonly problems: readonly Problem[] }> {
  folder.write(files);
  const { stdout, stderr } = await folder.run([...argv, '-o', 'json']);
  const problems: Problem[] = stdout
    .split('\n')
    .filter((line) => line.startsWith('{"cluster"'))
    .flatMap((line) => (JSON.parse(line) as { readonly problems: Problem[] }).problems);
  return { problems: [...problems, ...problemsSaid(`${stdout}\n${stderr}`)] };
}

const validate = ['validate', '--fleet', 'fleet.yaml'];
type Follow = Case['follow'][number];
const of = (code: string, text: string, hint: RegExp, ...follow: readonly Follow[]): Case => ({
  ...{ run: fleet as never, code, hint, follow, world: world([], { files: { 'fleet.yaml': text }, argv: validate }) },
});
/** Replaces the text of the fleet by another one. */
const written =
  (text: string): Follow =>
  ({ options }, found) => ({
    objects: [],
    options: { ...options, files: { 'fleet.yaml': text.replaceAll('HINT', found[1] ?? '') } },
  });
const asked = (files: Asked['files'], argv: Asked['argv']): World => world([], { files, argv });

const name = /^a letter or digit, then letters, digits, dots, - and _, at most 253: it becomes the name of a folder$/;
const list = /^like (clusters: \[\{ name: prod-eu-1 \}\])$/;
const cases: readonly Case[] = [
  of(
    'fleet-unknown-key',
    'clusters: [{name: a, relaseName: gloo}]',
    /^did you mean (\w+)\?$/,
    written('clusters: [{name: a, HINT: gloo}]'),
  ),
  of(
    'fleet-unknown-key',
    'clusters: [{name: a, colour: red}]',
    /^there are .*\b(namespace)\b/,
    written('clusters: [{name: a, HINT: red}]'),
  ),
  of(
    'fleet-unknown-key',
    'clusters: [{name: a}]\ngroups: {red: {colour: red}}',
    /^there are .*\b(namespace)\b/,
    written('clusters: [{name: a}]\ngroups: {red: {HINT: red}}'),
  ),
  of(
    'fleet-unknown-key',
    'clusters: [{name: a}]\ncolour: red',
    /^there are .*\b(namespace)\b/,
    written('clusters: [{name: a}]\nHINT: red'),
  ),
  of(
    'fleet-unknown-group',
    'clusters: [{name: a, group: red}]',
    /^define groups under the key (groups) of the fleet file$/,
    written('clusters: [{name: a, group: red}]\nHINT: {red: {namespace: red}}'),
  ),
  of(
    'fleet-unknown-group',
    'clusters: [{name: a, group: rde}]\ngroups: {red: {}}',
    /^did you mean (\w+)\?$/,
    written('clusters: [{name: a, group: HINT}]\ngroups: {red: {}}'),
  ),
  of(
    'fleet-unknown-group',
    'clusters: [{name: a, group: any}]\ngroups: {red: {}, blue: {}}',
    /^there are (\w+), blue$/,
    written('clusters: [{name: a, group: HINT}]\ngroups: {red: {}, blue: {}}'),
  ),
  of(
    'fleet-wrong-type',
    'clusters: [{name: a, set: [true]}]',
    /^write PATH=VALUE$/,
    written('clusters: [{name: a, set: ["gatewayProxies.gatewayProxy.kind.deployment.replicas=2"]}]'),
  ),
  of(
    'fleet-wrong-type',
    'clusters: [{name: a, kubeVersion: 1.27}]',
    /^put it in quotes$/,
    written('clusters: [{name: a, kubeVersion: "1.27"}]'),
  ),
  of(
    'fleet-wrong-type',
    'clusters: [{name: a, group: 7}]\ngroups: {"7": {}}',
    /^put it in quotes$/,
    written('clusters: [{name: a, group: "7"}]\ngroups: {"7": {}}'),
  ),
  of(
    'fleet-wrong-type',
    'clusters: [{name: a, namespace: ""}]',
    /^write one, or leave the key out$/,
    written('clusters: [{name: a, namespace: b}]'),
    written('clusters: [{name: a}]'),
  ),
  of('fleet-wrong-type', 'clusters: {a: {}}', list, written('HINT')),
  of('fleet-wrong-type', 'values: []', list, written('values: []\nHINT')),
  of('fleet-wrong-type', 'a', /^it has the key (clusters) with a list of clusters$/, written('HINT: [{name: a}]')),
  of('fleet-wrong-type', 'clusters: [a]', /^it has a (name) and can have /, written('clusters: [{HINT: a}]')),
  of(
    'fleet-wrong-type',
    'clusters: [{name: a}]\ngroups: []',
    /^each group has a name and, below it, what its clusters share$/,
    written('clusters: [{name: a, group: red}]\ngroups: {red: {namespace: b}}'),
  ),
  of(
    'fleet-wrong-type',
    'clusters: [{name: a}]\ngroups: {red: a}',
    /^it can have .*\b(namespace)\b/,
    written('clusters: [{name: a}]\ngroups: {red: {HINT: a}}'),
  ),
  of(
    'fleet-wrong-type',
    'clusters: [{name: a, values: "-"}]',
    /^give it on the command line: (-f -)$/,
    (given, found) => ({
      ...given,
      options: {
        files: { 'fleet.yaml': 'clusters: [{name: a}]' },
        argv: [...validate, ...(found[1] ?? '').split(' ')],
      },
    }),
  ),
  of(
    'fleet-twin',
    'clusters: [{name: a}, {name: A}]',
    /^give each its own name; names that differ only in case count as equal$/,
    written('clusters: [{name: a}, {name: b}]'),
  ),
  of(
    'fleet-no-name',
    'clusters: [{namespace: a}]',
    /^every cluster needs its own name$/,
    written('clusters: [{name: a, namespace: a}]'),
  ),
  of('fleet-bad-name', 'clusters: [{name: ../a}]', name, written('clusters: [{name: a.b-c_d}]')),
  of(
    'fleet-two-sides',
    'clusters: [{name: a, installed: a.yaml, context: b}]',
    /^remove one$/,
    written('clusters: [{name: a, installed: a.yaml}]'),
    written('clusters: [{name: a, context: b}]'),
  ),
  {
    ...{
      run: fleet as never,
      code: 'fleet-not-json',
      hint: /^write one cluster per line, like (\{"name": "prod-eu-1"\})$/,
    },
    world: asked({ 'fleet.jsonl': '{"name": "a"}\n{name: b}\n' }, ['validate', '--fleet', 'fleet.jsonl']),
    follow: [
      (given, found) => ({
        ...given,
        options: { ...given.options, files: { 'fleet.jsonl': `{"name": "a"}\n${found[1]}\n` } },
      }),
    ],
  },
  {
    ...{ run: fleet as never, code: 'fleet-two-files', hint: /^name one of them by its whole path$/ },
    world: asked(
      {
        'own/fleet.yaml':
          'clusters: [{name: a, setFile: ["gatewayProxies.gatewayProxy.podTemplate.extraAnnotations.a=a.txt"]}]',
        'own/a.txt': 'a',
        'a.txt': 'b',
      },
      [
        'validate',
        '--fleet',
        'own/fleet.yaml',
        '--set-file',
        'gatewayProxies.gatewayProxy.podTemplate.extraAnnotations.b=a.txt',
      ],
    ),
    follow: [
      (given) => ({
        ...given,
        options: {
          ...given.options,
          argv: [
            ...validate.slice(0, 2),
            'own/fleet.yaml',
            '--set-file',
            `gatewayProxies.gatewayProxy.podTemplate.extraAnnotations.b=${folder.path}/a.txt`,
          ],
        },
      }),
    ],
  },
  {
    ...{
      run: fleet as never,
      code: 'fleet-too-long',
      hint: /^yq -o json -I 0 '\.clusters\[\]' fleet\.yaml > (fleet\.jsonl), and move/,
    },
    world: asked({ 'fleet.yaml': `clusters: [{name: a}]\n#${'a'.repeat(4 * 1024 * 1024)}\n` }, validate),
    follow: [(_, found) => asked({ [found[1] ?? '']: '{"name": "a"}\n' }, ['validate', '--fleet', found[1] ?? ''])],
  },
];
followCases(cases);

argueOthers(
  readdirSync('src/fleet')
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.gen.ts'))
    .map((file) => `src/fleet/${file}`),
  [
    [/^run it alone to see what it waits for; --timeout-each /, 'depends on the time that a cluster takes'],
    [/^check whether it can be rendered alone/, 'asks what a worker died of'],
  ],
);

/** Objects, messages and options after their secrets were hidden; expected in test/golden/secrets.jsonl. */
import { test } from 'node:test';
import { isHidden, redact, redactValue, secretsIn } from '../../src/diff/redact.ts';
import { hideInMessage, hideInProblems, hiderOf, shownArguments } from '../../src/diff/secret-messages.ts';
import { structuredSpans } from '../../src/diff/secret-structure.ts';
import { replaceSpans } from '../../src/diff/span.ts';
import type { Problem } from '../../src/problem.ts';
import type { Value, ValueMap } from '../../src/value.ts';
import { matchGolden } from '../support/golden.ts';

const error = (fields: Partial<Problem>): Problem => ({ code: 'c', severity: 'error', message: '', ...fields });
const random = 'Abcdefghijklmnop1234567890qrstuv';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const texts: readonly string[] = [
  ...['{"password":"hunter2"}', 'password: hunter2', 'a: b', 'password: hunter2\nx: hunter2', 'token: " "'],
  ...['password: hunt\nx: hunter', '[{"name":"DB_PASS","value":"hunter2"}]', '{"password":"a\\nb"}'],
  ...['password: |\n  line one\n  line two\n', 'password: >\n  folded one\n  folded two\n', 'password: "tab\\tin"'],
  ...['x:\n  token: abcdefg\n---\ny:\n  token: hijklmn\n', 'no structure password', 'args: [--token, hunter2x]'],
  ...[`${'['.repeat(201)}"password: x"${']'.repeat(201)}`, `${'['.repeat(199)}{"password":"x1"}${']'.repeat(199)}`],
  ...[
    '{"password":',
    'token: xhunter2x\nb: hunter2',
    'x {password: hunter2}',
    'token: " ab12 "\nb: ab12',
    '{"token": "-a-", "b": "x-a-y -a-"}',
    'cred: ab12\nother: zab12 ab12 ab12z',
  ],
];

const secrets = new Set(['hunter2', 'abc', 'a "q" b', 'longer secret text']);
const messages: readonly string[] = [
  ...['it is hunter2', 'it is xhunter2', 'it is abc', 'it is "abc"', 'it is "abcd"', 'it is "a \\"q\\" b"'],
  ...['it is "longer se…"', 'it is "longer xx…"', 'it is longer se…', "it is 'hunt…", 'x=hunt…', 'a,hunt…'],
  ...['it is "hunt', 'it is …', 'password: it is', 'password=it', 'the "token": "xyz"', '"hunter2'],
  'it is "\\x hunter2"',
];

const problems: readonly (readonly [Problem, ValueMap])[] = [
  [error({ message: 'password is "one" and "password"', path: 'a.password' }), {}],
  [error({ message: 'x is "one"', path: 'a.name', hint: 'write "hunter2"' }), { password: 'hunter2' }],
  [error({ message: 'x is line one', path: 'a.b' }), { password: 'line one\nab\nline two' }],
  [error({ message: 'x is tagged', path: 'a.b' }), { password: '!!str tagged' }],
  [error({ message: 'x is not tagged', path: 'a.b' }), { password: 'not !!str tagged' }],
  [error({ message: 'x is "one', path: 'token', hint: 'it is "two" and "token"' }), {}],
];

const inputs: readonly (readonly [option: string, argument: string])[] = [
  ['--set', 'a=1,b.password=hunter2'],
  ['--set-string', 'x[0].name=PW,x[0].value=hunter3'],
  ['--set-json', 'g={"password":"hunter4"}'],
  ['--set-file', 'a.password=f'],
  ['--set-literal', 'p.token=a,b'],
  ['--set', 'c.token=x\\,y,d=1'],
  ['--set', 'l.creds={q1,q2},e=1'],
  ['--set', 'f.url=https://u:pw@h'],
  ['--set', 'k=true,tok.token=true'],
  ['--set', 'x.raw_value=zz,x.key=PASSWORD'],
  ['--set', 'b.token=hun…'],
  ['--set', ',a.password=x'],
  ['--setx', 'a.password=b'],
  ['-f', 'v.yaml'],
];

const values: readonly Value[] = [
  ...[{ password: 'hunter2' }, { password: 12345 }, { tokens: 12 }, { token: '12' }, { pinCount: 3 }, { pin: 1234 }],
  ...[{ otp: 5 }, { apiKey: 7 }, { password: '' }, { password: '$X' }, { user: 'me:pw' }, { spec: { key: 'v1' } }],
  { kind: 'Secret', data: { a: 'b', n: null, x: 1 }, stringData: { c: 'd' }, type: 'x' },
  { kind: 'Secret', metadata: { name: 'n' } },
  { data: { key: 'v1', 'envoy.yaml': 'key: v1' } },
  { metadata: { annotations: { key: 'v1', name: 'secret-x', path: '/a' } } },
  ...[{ matchLabels: { key: 'v' } }, { stringData: { key: 'v' } }, { data: { name: 'x', token: 'tt' } }],
  { binaryData: { 'a.txt': base64('password: hunter2'), b: base64('plain') } },
  { data: { 'a.txt': base64('password: hunter2') } },
  {
    env: [
      ...[
        { name: 'DB_PASS', value: 'x y' },
        { name: 'OTHER', value: 'x y' },
        { key: 'token', raw_value: 'q' },
      ],
      ...[
        { header: 'authorization', exact: 'w' },
        { name: 'DB_PASS', valueFrom: { a: 'b' } },
      ],
    ],
  },
  { headers: [{ name: 'authorization', string_match: { exact: 'abc', safe_regex: { regex: 'r' } } }] },
  { password: { value: 'v', default: 'd', other: 'o' } },
  { name: 'token', image: 'token', secretName: 'secret', tokenPath: '/x', apiVersion: 'v1' },
  {
    args: [
      ...['--token', 'hunter2', '--name', 'x', '-p', 'y', '--password', '--next', 'u', '--user', 'me:pw1'],
      ...['-u', 'me:pw2', '--proxy-user', 'me:pw3', '--users', 'me:pw4', '-u', 'me:', '--token', '-x'],
    ],
  },
  { trusted_ca: { inline_string: 'C' }, private_key: { inline_string: 'K' }, lua: { inline_string: 'print(1)' } },
  { session_ticket_keys: { keys: [{ inline_bytes: 'abc' }] }, sessionTicketKeys: { keys: { inlineBytes: 'x' } } },
  { certificateChain: { inlineBytes: 'C' }, crl: { inline_string: 'x' }, ocsp_staple: { inline_string: 'x' } },
  { secret: { a: { inlineString: 'x' } }, genericSecret: { b: { inline_bytes: 'x' } } },
  { generic_secret: { b: { inline_bytes: 'x' } }, secrets: { b: { inline_bytes: 'x' } } },
  {
    x: random,
    sha: random,
    commit: random,
    w: `${random}==`,
    v: random.slice(1),
    t: '12345678901234567890123456789012',
  },
  { y: 'Abcdefghijklmnopqrstuvwxyzabcde1', z: 'abcdefghijklmnop/opt/123456789012', u: `${'A'.repeat(30)}1234` },
  { 'pass.sh': 'echo\nPASSWORD=hunter2', 'pass.txt': 'echo\nPASSWORD=hunter2', 'pass.lua': 'one line' },
  { data: { 'envoy.yaml': { key: 'v1' } }, db_pw: 5, pwd: 6, passwd: 7, passcode: 8, passphrase: 9, secret: 10 },
  {
    secretsx: { a: { inline_string: 'x' } },
    four: 'AbcdefghijklmnopqrstuvwxyzAB1234',
    three: 'AbcdefghijklmnopqrstuvwxyzABC123',
  },
  { list: [['password: hunter2'], 'token=abc'], args: ['--token x', 'hunter9', 'y--token', 'hunter9'] },
  {
    nosecret: { a: { inline_string: 'x' } },
    more: `${random} and more`,
    name: 3,
    value: 'x',
    token: { name: 1, value: 'y' },
  },
];

const pairs: readonly (readonly [ValueMap | undefined, ValueMap | undefined])[] = [
  [{ a: { password: 'one' } }, { a: { password: 'two!' }, n: { token: 'only' } }],
  [{ t: 'token=abc x' }, { t: 'token=abd x' }],
  [{ l: [{ name: 'n', token: 'q' }, 'password=1'] }, { l: ['password=1', { name: 'n', token: 'r' }] }],
  [
    { password: 'same', t: 'a token=abc' },
    { password: 'same', t: 'b token=abc' },
  ],
  [{ l: ['token=a', 'x', 'token=c'] }, { l: ['token=b', 'y', 'token=a'] }],
  [undefined, { password: 'x' }],
  [{ password: 'x' }, undefined],
];

const marked = (text: string, spans: ReturnType<typeof structuredSpans>): string =>
  replaceSpans(
    text,
    [...spans].sort((a, b) => a.start - b.start),
    (secret) => `«${secret}»`,
  );

test('secrets are hidden, and nothing beside them', () => {
  const named = new Map(inputs.map(([option, argument]) => [`${option} ${argument}`, argument]));
  const hider = hiderOf(new Map([...named, ['v.yaml', 'password: hunter9\nkind: Secret\ndata:\n  a: plain1\n']]));
  const lines: unknown[] = [
    ...texts.map((text) => [marked(text, structuredSpans(text, secretsIn)), structuredSpans(text, secretsIn, false)]),
    ...messages.map((message) => [message, hideInMessage(message, secrets), hideInMessage(message)]),
    ...problems.map(([problem, given]) => hideInProblems([problem], given)),
    ...[...named].map(([name, argument]) => [marked(argument, [...hider.spans(name)]), hider.name(name)]),
    ...['--set b.password=hunter9', 'v.yaml', '--set x=1'].flatMap((file) => {
      const problem = error({ message: 'it is hunter9 and hunter2', file });
      return [hider.problem(problem), hider.whole(problem)];
    }),
    hider.spans('v.yaml'),
    hider.whole(error({ message: 'm' })),
    ...['render --set a.b=c -f x', '--set=a=b --set-json=x=1 --set-x', 'x --password=hunter2', '--set-string q r'].map(
      (line) => shownArguments(line.split(' ')),
    ),
    ...values.map((value) => [value, redactValue(value), isHidden(redactValue(value))]),
    ...pairs.map(([left, right]) => redact(left, right)),
    [redactValue('hunter2', ['a', 'password']), redactValue('hunter2', ['a', 0])],
    ['<hidden>', '<hidden: x>', 'hidden', 'a <hidden: another value>'].map(isHidden),
  ];
  matchGolden('test/golden/secrets.jsonl', `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
});

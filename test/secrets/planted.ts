import type { ValueMap } from '../../src/value.ts';

/** A place where users put secrets, with a marker in it that must never be printed. */
export interface Planted {
  readonly where: string;
  /** The objects around a secret. */
  readonly objects: (secret: string) => readonly ValueMap[];
}

type Container = Readonly<Record<string, unknown>>;

/** A gateway proxy with this container, and these annotations. */
export function proxyWith(container: Container, annotations: Container = {}): ValueMap {
  const labels = { gloo: 'gateway-proxy' };
  const metadata = { name: 'gateway-proxy', labels, annotations };
  const spec = { template: { spec: { containers: [{ name: 'gateway-proxy', image: 'envoy:1.22', ...container }] } } };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec } as unknown as ValueMap;
}

function configMapWith(data: Container, more: Container = {}): ValueMap {
  const metadata = { name: 'gateway-proxy-envoy-config', labels: { gloo: 'gateway-proxy' } };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data, ...more } as unknown as ValueMap;
}

const env = (name: string, value: string): Container => ({ env: [{ name, value }] });
const args = (...list: string[]): Container => ({ args: list });

function secretWith(parts: Container, annotations: Container = {}): ValueMap {
  const metadata = { name: 'credentials', labels: { gloo: 'gateway-proxy' }, annotations };
  return { apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata, ...parts } as unknown as ValueMap;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Names of variables that hold secrets, and the text around a secret of each. */
const variables =
  'DB_PASS PASS PW CREDS PASSCODE BEARER AUTHORIZATION COOKIE PAT KEY DB_PASSWORD PGPASSWORD dbPass adminPw my-token API_KEY apiKey ' +
  'ACCESS_TOKEN CLIENT_SECRET SECRET_KEY GLOO_LICENSE_KEY LICENSE PASSPHRASE JWT SENTRY_DSN DB_PASS_PROD API_KEY_2 SSH_PRIVATE_KEY ' +
  'SIGNING_KEY ENCRYPTION_KEY AWS_SECRET_ACCESS_KEY REDIS_AUTH userCreds DB_PWD SESSION_COOKIE TOKEN_BASE64 HMAC_KEY';

/** Texts around a secret that mark it as one anywhere. */
const texts: Readonly<Record<string, (secret: string) => string>> = {
  'a DSN': (secret) => `postgres://app:${secret}@db.example:5432/app?sslmode=require`,
  'a DSN without a user': (secret) => `redis://:${secret}@cache:6379/0`,
  "Go's DSN": (secret) => `app:${secret}@tcp(db:3306)/app`,
  'password= among others': (secret) => `host=db user=app password=${secret} dbname=app`,
  'an ADO connection string': (secret) => `Server=db;User Id=app;Password=${secret};Encrypt=true`,
  'an account key': (secret) => `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${secret};EndpointSuffix=x`,
  'password in quotes': (secret) => `login with password="${secret}" please`,
  'JSON with a key': (secret) => JSON.stringify({ user: 'app', password: secret }),
  'JSON, nested': (secret) => JSON.stringify({ db: { credentials: [{ api_key: secret, port: 5432 }] } }),
  'JSON in JSON': (secret) => JSON.stringify({ config: JSON.stringify({ password: secret }) }),
  'JSON with a bare key': (secret) => JSON.stringify({ key: secret }),
  'YAML on lines': (secret) => `user: app\npassword: ${secret}\nport: 5432\n`,
  'YAML, a block': (secret) => `user: app\npassword: |\n  ${secret}\nport: 5432\n`,
  'YAML, a pair': (secret) => `env:\n- name: DB_PASS\n  value: ${secret}\n`,
  'a list of arguments in YAML': (secret) => `args:\n- --password\n- ${secret}\n`,
  'an .env file': (secret) => `HOST=db\nexport DB_PASS=${secret}\nPORT=5432\n`,
  'a .netrc': (secret) => `machine db.example login app password ${secret}\n`,
  'an .npmrc': (secret) => `//registry.example/:_authToken=${secret}\n`,
  "Java's properties": (secret) => `java -Ddb.user=a -Dspring.datasource.password=${secret} -jar a.jar`,
  'a kubeconfig': (secret) => `users:\n- name: a\n  user:\n    client-key-data: ${secret}\n`,
  properties: (secret) => `db.user=app\ndb.password = ${secret}\n`,
  ini: (secret) => `[db]\nuser = app\npasscode = "${secret}"\n`,
  'a Slack webhook': (secret) => `https://hooks.slack.com/services/T0001/B0001/${secret}`,
  'a Discord webhook': (secret) => `https://discord.com/api/webhooks/1234567/${secret}`,
  'a Teams webhook': (secret) => `https://acme.webhook.office.com/webhookb2/${secret}/IncomingWebhook/1`,
  'a webhook of its own': (secret) => `https://chat.example/hooks/${secret}`,
  'a parameter token': (secret) => `https://api.example/v1?user=a&token=${secret}&x=1`,
  'a parameter sig': (secret) => `https://store.example/file?sv=1&sig=${secret}`,
  'a bearer token': (secret) => `curl -H "Authorization: Bearer ${secret}" https://api.example`,
  'basic authorization': (secret) => `curl -H 'Authorization: Basic ${base64(`app:${secret}`)}' https://api.example`,
  'curl -u': (secret) => `curl -u app:${secret} https://api.example`,
  'a private key': (secret) => `-----BEGIN RSA PRIVATE KEY-----\n${secret}\n-----END RSA PRIVATE KEY-----\n`,
  'an EC key': (secret) => `-----BEGIN EC PRIVATE KEY-----\n${secret}`,
  'a JWT': (secret) => `token is eyJhbGciOiJIUzI1NiJ9.eyJ${secret}abcdefgh.c2lnbmF0dXJl there`,
  'a token of GitHub': (secret) => `ghp_${secret}0123456789abcdefABCDEF`,
  'a token of Slack': (secret) => `xoxb-1234-${secret}-abcdefghijkl`,
  'a key of OpenAI': (secret) => `sk-proj-${secret}abcdefghijklmnop`,
  'a variable in a shell': (secret) => `PGPASSWORD=${secret} psql -h db`,
  '--password in a shell': (secret) => `run --host db --password ${secret} && sleep 1`,
};

const variableOf = (where: string, name: string, write = (secret: string): string => secret): Planted => ({
  where,
  objects: (secret) => [proxyWith(env(name, write(secret)))],
});

function* inTexts(): Generator<Planted> {
  for (const [name, write] of Object.entries(texts)) {
    yield variableOf(`${name}, in a variable`, 'SETTINGS', write);
    yield { where: `${name}, in a ConfigMap`, objects: (secret) => [configMapWith({ settings: write(secret) })] };
    yield { where: `${name}, in a file`, objects: (secret) => [configMapWith({ 'settings.conf': write(secret) })] };
    yield {
      where: `${name}, in an annotation`,
      objects: (secret) => [proxyWith({}, { 'example.com/x': write(secret) })],
    };
    yield { where: `${name}, in an argument`, objects: (secret) => [proxyWith(args('sh', '-c', write(secret)))] };
  }
}

const files = 'db-password.txt secrets.yaml credentials.json .pgpass tls.key token app-secrets.env'.split(' ');

const envoy = (config: Container): readonly ValueMap[] => [configMapWith({ 'envoy.yaml': JSON.stringify(config) })];

/** Every place where a secret has ever leaked, and its kind. */
export const planted: readonly Planted[] = [
  ...variables.split(' ').map((name) => variableOf(`the variable ${name}`, name)),
  ...variables
    .split(' ')
    .map((name) => variableOf(`the variable ${name}, with a line end`, name, (secret) => `${secret}\n`)),
  ...['password', 'token', 'api-key', 'client-secret', 'db.pass', 'admin-pw'].flatMap((name): Planted[] => [
    { where: `--${name}=X`, objects: (secret) => [proxyWith(args('run', `--${name}=${secret}`))] },
    { where: `--${name} X`, objects: (secret) => [proxyWith(args('run', `--${name}`, secret, '--port', '80'))] },
    {
      where: `--${name} X in a command`,
      objects: (secret) => [proxyWith({ command: ['sh', '-c', `run --${name} ${secret}`] })],
    },
    { where: `-${name} X`, objects: (secret) => [proxyWith(args(`-${name}`, secret))] },
  ]),
  ...inTexts(),
  ...files.map(
    (name): Planted => ({
      where: `the file ${name}`,
      objects: (secret) => [configMapWith({ [name]: `x ${secret}\ny\n` })],
    }),
  ),
  { where: 'a Secret: data', objects: (secret) => [secretWith({ data: { x: base64(secret), y: secret } })] },
  { where: 'a Secret: stringData', objects: (secret) => [secretWith({ stringData: { harmless: secret } })] },
  {
    where: "a Secret's data in its own annotation",
    objects: (secret) => [
      secretWith({ data: { x: 'eA==' } }, { [lastApplied]: JSON.stringify(secretWith({ data: { x: secret } })) }),
    ],
  },
  {
    where: "a Secret's stringData in its own annotation",
    objects: (secret) => [
      secretWith(
        { data: { x: 'eA==' } },
        { [lastApplied]: `${JSON.stringify(secretWith({ stringData: { x: secret } }))}\n` },
      ),
    ],
  },
  {
    where: 'a Secret in a List',
    objects: (secret) => [{ apiVersion: 'v1', kind: 'List', items: [secretWith({ data: { x: secret } })] }],
  },
  {
    where: 'a List of Secrets in an annotation',
    objects: (secret) => [
      proxyWith(
        {},
        { [lastApplied]: JSON.stringify({ kind: 'List', items: [secretWith({ stringData: { x: secret } })] }) },
      ),
    ],
  },
  {
    where: 'a Secret as YAML in a ConfigMap',
    objects: (secret) => [
      configMapWith({ 'objects.yaml': `apiVersion: v1\nkind: Secret\nstringData:\n  x: ${secret}\n` }),
    ],
  },
  {
    where: 'a header of a probe',
    objects: (secret) => [
      proxyWith({ livenessProbe: { httpGet: { port: 80, httpHeaders: [{ name: 'Authorization', value: secret }] } } }),
    ],
  },
  {
    where: 'a cookie of a probe',
    objects: (secret) => [
      proxyWith({
        readinessProbe: { httpGet: { port: 80, httpHeaders: [{ name: 'Cookie', value: `sid=${secret}` }] } },
      }),
    ],
  },
  {
    where: 'the path of a probe',
    objects: (secret) => [proxyWith({ livenessProbe: { httpGet: { port: 80, path: `/health?token=${secret}` } } })],
  },
  ...['request_headers_to_add', 'requestHeadersToAdd'].map(
    (field): Planted => ({
      where: `Envoy's ${field}`,
      objects: (secret) =>
        envoy({
          static_resources: { listeners: [{ name: 'a', [field]: [{ header: { key: 'x-api-key', value: secret } }] }] },
        }),
    }),
  ),
  ...['inline_string', 'inline_bytes', 'inlineString'].flatMap((field): Planted[] => [
    {
      where: `Envoy's private_key, ${field}`,
      objects: (secret) =>
        envoy({
          static_resources: { secrets: [{ name: 's', tls_certificate: { private_key: { [field]: secret } } }] },
        }),
    },
    {
      where: `Envoy's generic_secret, ${field}`,
      objects: (secret) =>
        envoy({ static_resources: { secrets: [{ name: 's', generic_secret: { secret: { [field]: secret } } }] } }),
    },
  ]),
  {
    where: "the password of Envoy's certificate",
    objects: (secret) =>
      envoy({
        static_resources: {
          clusters: [
            {
              name: 'c',
              transport_socket: {
                typed_config: { common_tls_context: { tls_certificates: [{ password: { inline_string: secret } }] } },
              },
            },
          ],
        },
      }),
  },
  {
    where: 'a password in the format of an access log',
    objects: (secret) =>
      envoy({
        static_resources: {
          listeners: [
            {
              name: 'a',
              access_log: [
                {
                  name: 'f',
                  typed_config: {
                    log_format: { text_format_source: { inline_string: `%START_TIME% password=${secret}` } },
                  },
                },
              ],
            },
          ],
        },
      }),
  },
  {
    where: 'binaryData',
    objects: (secret) => [configMapWith({}, { binaryData: { 'app.conf': base64(`password=${secret}\n`) } })],
  },
  {
    where: 'a lifecycle hook',
    objects: (secret) => [
      proxyWith({ lifecycle: { preStop: { exec: { command: ['curl', '-u', `app:${secret}`, 'x'] } } } }),
    ],
  },
];

/**
 * Recorded answers of Istio's and Gloo's code: the full recordings beside the project if they exist, otherwise those
 * packed in it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

// biome-ignore lint/suspicious/noExplicitAny: recordings are read as the recorder wrote them
type Json = any;

export interface Recording {
  readonly cases: readonly Json[];
  /** By release, in the order of the cases. */
  readonly releases: Readonly<Record<string, readonly Json[]>>;
}
export type RecordingName = 'peerauthentication' | 'authorization' | 'translator';

const beside = new URL('../../../shared/oracle/', import.meta.url);
let packed: Json;

/** What the recorder wrote instead of a certificate or key, as PEM. */
function readRecorded(text: string): Json {
  const pem = (label: string, name: string): string =>
    `-----BEGIN ${label}-----\\n${Buffer.from(name).toString('base64')}\\n-----END ${label}-----`;
  return JSON.parse(
    text.replace(/@(CERT|CA|KEY|OTHER)@/g, (_, name: string) =>
      pem(name.startsWith('C') ? 'CERTIFICATE' : 'PRIVATE KEY', name),
    ),
  );
}

/** The recordings of a name that are packed in the project. */
export function packedRecording(name: RecordingName): Recording {
  packed ??= readRecorded(
    brotliDecompressSync(readFileSync(new URL('../oracle/mtls-cases.json.br', import.meta.url))).toString(),
  );
  const { cases, answers, releases } = packed[name];
  return {
    cases,
    releases: Object.fromEntries(
      Object.entries(releases as Record<string, number[]>).map(([release, numbers]) => [
        release,
        numbers.map((number, index) => ({ id: cases[index].id, ...answers[number] })),
      ]),
    ),
  };
}

/** The full recordings, if they are beside the project. */
export function recordingBeside(name: RecordingName): Recording | undefined {
  const folder = new URL(name === 'translator' ? 'translator/' : `istio/${name}/`, beside);
  if (!existsSync(new URL('cases.jsonl', folder))) return undefined;
  const cases = linesOf(readFileSync(new URL('cases.jsonl', folder), 'utf8'));
  const classes = JSON.parse(readFileSync(new URL('classes.json', folder), 'utf8')).classes as Json[];
  const files: [string, string][] =
    name === 'translator'
      ? [...new Set(classes.flatMap(({ asked }) => asked as string[]))].map((one) => [one, `releases/${one}.jsonl.gz`])
      : classes.flatMap(({ same, answers }) => (same as string[]).map((one): [string, string] => [one, answers]));
  const releases = files.map(([release, file]) => {
    const answers = linesOf(gunzipSync(readFileSync(new URL(file, folder))).toString());
    const byId = new Map(answers.map((answer) => [answer.id, answer]));
    return [release, cases.map(({ id }) => byId.get(id))] as const;
  });
  return { cases, releases: Object.fromEntries(releases) };
}

function linesOf(text: string): Json[] {
  return text.trim().split('\n').map(readRecorded);
}

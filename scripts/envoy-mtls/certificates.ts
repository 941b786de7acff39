/** Certificates as istiod signs them, created without external programs: X.509 in DER, with ECDSA P-256. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export interface Certificate {
  readonly chain: string;
  readonly key: string;
}

/** The mesh's certificate authority. */
export interface Authority {
  readonly root: string;
  /**
   * A certificate for a workload: `spiffe://<trust domain>/ns/<namespace>/sa/<service account>`, valid from and until
   * seconds relative to now.
   */
  issue(spiffe: string, valid?: { readonly from: number; readonly to: number }): Certificate;
}

let serial = 1;

export function createAuthority(): Authority {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(set(sequence(oid('550403'), element(0x0c, Buffer.from('mesh')))));
  const day = { from: -3600, to: 86_400 };
  const basic = extension('551d13', sequence(element(0x01, Buffer.of(0xff))));
  const root = certificate({ issuer: name, subject: name, key: own.publicKey, extensions: [basic], valid: day });
  return {
    root: pem('CERTIFICATE', root(own.privateKey)),
    issue(spiffe, valid = day) {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const names = extension('551d11', sequence(element(0x86, Buffer.from(spiffe))));
      const body = certificate({ issuer: name, subject: sequence(), key: publicKey, extensions: [names], valid });
      const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      return { chain: pem('CERTIFICATE', body(own.privateKey)), key };
    },
  };
}

interface Draft {
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly key: KeyObject;
  readonly extensions: readonly Buffer[];
  readonly valid: { readonly from: number; readonly to: number };
}

function certificate({ issuer, subject, key, extensions, valid }: Draft): (signer: KeyObject) => Buffer {
  const algorithm = sequence(oid('2a8648ce3d040302'));
  const body = sequence(
    element(0xa0, element(0x02, Buffer.of(2))),
    element(0x02, Buffer.of(1, serial++)),
    algorithm,
    issuer,
    sequence(time(valid.from), time(valid.to)),
    subject,
    key.export({ type: 'spki', format: 'der' }),
    element(0xa3, sequence(...extensions)),
  );
  return (signer) => sequence(body, algorithm, element(0x03, Buffer.of(0), sign('sha256', body, signer)));
}

function element(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const { length } = body;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.of(tag, ...size), body]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => element(0x30, ...parts);
const set = (...parts: readonly Buffer[]): Buffer => element(0x31, ...parts);
const oid = (hex: string): Buffer => element(0x06, Buffer.from(hex, 'hex'));
const extension = (id: string, value: Buffer): Buffer =>
  sequence(oid(id), element(0x01, Buffer.of(0xff)), element(0x04, value));

function time(secondsFromNow: number): Buffer {
  const text = new Date(Date.now() + secondsFromNow * 1000).toISOString();
  return element(0x17, Buffer.from(`${text.slice(2, 19).replace(/[-T:]/g, '')}Z`));
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** Decodes protobuf messages by field number, for the few that a script reads. */

/** An encoded message: the values of each field number, not decoded. */
export type Wire = ReadonlyMap<number, readonly (bigint | Uint8Array)[]>;

export function decode(bytes: Uint8Array): Wire {
  const fields = new Map<number, (bigint | Uint8Array)[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Uint8Array => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const kind = tag & 7;
    const value = kind === 0 ? varint() : take(kind === 1 ? 8 : kind === 5 ? 4 : Number(varint()));
    const number = tag >>> 3;
    fields.set(number, [...(fields.get(number) ?? []), value]);
  }
  return fields;
}

export function bytesOf(wire: Wire, number: number): Uint8Array[] {
  return (wire.get(number) ?? []).filter((value) => typeof value !== 'bigint');
}

export function messages(wire: Wire, number: number): Wire[] {
  return bytesOf(wire, number).map(decode);
}

export function inner(wire: Wire, number: number): Wire {
  return messages(wire, number)[0] ?? new Map();
}

export function strings(wire: Wire, number: number): string[] {
  return bytesOf(wire, number).map((value) => Buffer.from(value).toString('utf8'));
}

export function string(wire: Wire, number: number): string {
  return strings(wire, number)[0] ?? '';
}

export function integer(wire: Wire, number: number): bigint {
  const value = wire.get(number)?.at(-1);
  return typeof value === 'bigint' ? value : 0n;
}

import type { Value } from '../value.ts';

/**
 * What is wrong with an address, or with a range as `ADDRESS/BITS`, as the API server reads it; undefined if nothing
 * is.
 */
export function describeCidr(given: Value, wants: 'address' | 'range'): string | undefined {
  if (typeof given !== 'string') return 'it is not a string';
  const text = given.trim();
  const [address = '', bits, more] = text.split('/');
  if (more !== undefined || (wants === 'address' && bits !== undefined)) return 'it has too many parts';
  const most = octetsOf(address) ? 32 : groupsOf(address) ? 128 : undefined;
  if (most === undefined) return `${address === '' ? 'nothing' : address} is not an IP address`;
  if (wants === 'address') return undefined;
  if (bits === undefined) return 'it has no prefix length such as /24';
  return /^\d{1,3}$/.test(bits) && Number(bits) <= most
    ? undefined
    : `/${bits} is not a prefix length from 0 to ${most}`;
}

/** Whether a string is an IP address; other types are reported as such. */
export function mayBeAddress(given: Value): boolean {
  return typeof given !== 'string' || describeCidr(given, 'address') === undefined;
}

/**
 * Whether an address is one of those that no Service can have: unspecified, loopback or link-local. Source:
 * Kubernetes' ValidateNonSpecialIP.
 */
export function isSpecialAddress(given: Value): boolean {
  if (typeof given !== 'string') return false;
  const groups = groupsOf(given) ?? [];
  const isMapped = groups.slice(0, 6).join() === '0,0,0,0,0,65535';
  const octets = isMapped ? groups.slice(6).flatMap((group) => [group >> 8, group & 255]) : octetsOf(given);
  if (octets !== undefined) return /^(?:0,0,0,0$|127,|169,254,|224,0,0,)/.test(octets.join());
  const [first = 0] = groups;
  const isLinkLocal = (first & 0xffc0) === 0xfe80 || (first & 0xff0f) === 0xff02;
  return isLinkLocal || /^(?:0,){7}[01]$/.test(groups.join());
}

/** The four numbers of an IPv4 address. The API server still reads leading zeros, as decimals (ParseCIDRSloppy). */
function octetsOf(text: string): number[] | undefined {
  const parts = text.split('.');
  const isAddress = parts.length === 4 && parts.every((part) => /^\d+$/.test(part) && Number(part) <= 255);
  return isAddress ? parts.map(Number) : undefined;
}

/** The eight numbers of an IPv6 address, whose last two may be written as an IPv4 address. */
function groupsOf(text: string): number[] | undefined {
  const halves = text.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const parts = halves.flat();
  const last = octetsOf(parts.at(-1) ?? '');
  const hex = last === undefined ? parts : parts.slice(0, -1);
  if (halves.length > 2 || !hex.every((part) => /^[\da-f]{1,4}$/i.test(part))) return undefined;
  const numbers = hex.map((part) => Number.parseInt(part, 16));
  if (last !== undefined) {
    const [a = 0, b = 0, c = 0, d = 0] = last;
    numbers.push(256 * a + b, 256 * c + d);
  }
  const left = 8 - numbers.length;
  if (halves.length === 1) return left === 0 ? numbers : undefined;
  return left < 1 ? undefined : numbers.toSpliced(halves[0]?.length ?? 0, 0, ...new Array<number>(left).fill(0));
}

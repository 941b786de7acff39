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
  const most = isIpv4(address) ? 32 : isIpv6(address) ? 128 : undefined;
  if (most === undefined) return `${address === '' ? 'nothing' : address} is not an IP address`;
  if (wants === 'address') return undefined;
  if (bits === undefined) return 'it has no prefix length such as /24';
  return /^\d{1,3}$/.test(bits) && Number(bits) <= most
    ? undefined
    : `/${bits} is not a prefix length from 0 to ${most}`;
}

/** Whether an address is one of those that no Service can have: unspecified, loopback or link-local. */
export function isSpecialAddress(given: Value): boolean {
  if (typeof given !== 'string') return false;
  if (isIpv4(given)) return given === '0.0.0.0' || /^(?:127\.|169\.254\.|224\.0\.0\.)/.test(given);
  return isIpv6(given) && /^(?:::1?$|fe[89ab]|ff02:)/i.test(given);
}

/** The API server still reads leading zeros, as decimals (netutils' ParseCIDRSloppy). */
function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,9}$/.test(part) && Number(part) <= 255);
}

function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1);
  const hasIpv4 = last?.includes('.') === true;
  if (hasIpv4 && !isIpv4(last ?? '')) return false;
  const hex = hasIpv4 ? groups.slice(0, -1) : groups;
  const count = hex.length + (hasIpv4 ? 2 : 0);
  return hex.every((group) => /^[\da-f]{1,4}$/i.test(group)) && (halves.length === 2 ? count < 8 : count === 8);
}

import { canonicalQuantity, exceeds, isMultipleOf } from '../go/quantity.ts';
import { lookupTable, mapOf, textOf, type ValueMap } from '../value.ts';
import { briefJson } from '../words.ts';
import { keyFault } from './names.ts';
import { given, inWords, type Refuse, type TypeRule } from './type-rule.ts';

/** What the API server asks of amounts of CPU, memory and what else a node has, by type. */
export const resourceTypes: Readonly<Record<string, TypeRule>> = lookupTable({
  ResourceRequirements(resources, refuse) {
    const [limits, requests] = [mapOf(resources['limits']), mapOf(resources['requests'])];
    for (const [kind, amounts] of Object.entries({ limits, requests }))
      for (const [name, amount] of Object.entries(amounts)) {
        if (exceeds(0, amount)) refuse([kind, name], `${name} must not be negative`);
        findResource(name, (message) => refuse([kind, name], message));
        if (amount !== null && !isMultipleOf(amount, unitOf(name)))
          refuse([kind, name], `${name} must be a multiple of ${unitOf(name)}`);
      }
    for (const [name, wanted] of Object.entries(requests)) {
      const limit = limits[name];
      if (given(limits, name) && exceeds(wanted, limit ?? null))
        refuse(
          ['requests', name],
          `The request for ${name} (${inWords(wanted)}) is above its limit (${inWords(limit ?? null)})`,
        );
      else if (isScarce(name) && (!given(limits, name) || exceeds(limit ?? null, wanted)))
        refuse(['requests', name], `The request for ${name} needs a limit that is the same`);
    }
    findHugePages(limits, requests, refuse);
  },
  ResourceFieldSelector({ resource, divisor }, refuse) {
    const [isKnown, isCpu] =
      /^(?:limits|requests)\.(?:(cpu)|memory|ephemeral-storage|hugepages-.+)$/.exec(textOf(resource) ?? '') ?? [];
    if (isKnown === undefined)
      refuse(
        ['resource'],
        `resource ${briefJson(resource ?? null)} is not one that Kubernetes knows`,
        'For example limits.cpu or requests.memory.',
      );
    const unit = typeof divisor === 'string' || typeof divisor === 'number' ? canonicalQuantity(divisor) : 1;
    if (!(isCpu === undefined ? /^(0|1(?:000)*|1(?:[kMGTPE]|[KMGTPE]i)?)$/ : /^(0|1m?)$/).test(String(unit)))
      refuse(['divisor'], `divisor must be ${isCpu === undefined ? 'a unit such as 1, 1k or 1Mi' : '1 or 1m'}`);
  },
});

/** The name of a resource that Kubernetes itself does not know has a prefix, and devices of nodes give it. */
function isOfDevice(name: string): boolean {
  return name.includes('/') && !name.includes('kubernetes.io/');
}

/** What no node hands out more of than it has. */
function isScarce(name: string): boolean {
  return name.startsWith('hugepages-') || isOfDevice(name);
}

function unitOf(name: string): string {
  return isOfDevice(name) ? '1' : name.startsWith('hugepages-') ? name.slice('hugepages-'.length) : '1n';
}

function findResource(name: string, refuse: (message: string) => void): void {
  const fault = name.startsWith('requests.') ? 'must not begin with requests.' : keyFault(name);
  if (fault !== undefined) refuse(`The name of the resource ${briefJson(name)} ${fault}`);
  else if (name.startsWith('hugepages-') && !/^hugepages-[1-9]/.test(name))
    refuse(`${name} has no size, as in hugepages-2Mi`);
}

function findHugePages(limits: ValueMap, requests: ValueMap, refuse: Refuse): void {
  const names = Object.keys({ ...limits, ...requests });
  if (names.some((name) => name.startsWith('hugepages-')) && !names.includes('cpu') && !names.includes('memory'))
    refuse([], 'Huge pages need cpu or memory beside them');
}

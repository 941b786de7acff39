import { addressFault, defaultIstiod, signsAt } from '../objects/istiod-address.ts';
import { lookupTable } from '../value.ts';
import { type Agent, allAgents, discoveriesOf } from './agent.ts';
import type { RuleMatch } from './match.ts';
import type { RuleChecks } from './rule.ts';

/** The addresses at which the Istio sidecar looks for istiod. */
export const istiodAddressRules = {
  'istiod-address': function* (subject) {
    for (const agent of allAgents(subject)) yield* unusable(agent);
  },
} satisfies RuleChecks;

/** What of a variable or an argument is an address. */
const placeNames = lookupTable({ PROXY_CONFIG: 'discoveryAddress in PROXY_CONFIG' });

function* unusable(agent: Agent): Iterable<RuleMatch> {
  const { container } = agent;
  const found = discoveriesOf(agent);
  const signing = (found.find(({ from }) => from === 'CA_ADDR') ?? found[0])?.address;
  const told = new Set<string>();
  for (const { address, path, from } of found) {
    const fault = addressFault(address);
    const follows = from === 'CA_ADDR' ? 'the sidecar gets no certificate' : 'the sidecar exits at once';
    const elsewhere = address === signing && !signsAt(address);
    if (told.has(address) || (fault === undefined && !elsewhere)) continue;
    // The chart writes one value to both.
    told.add(address);
    const what =
      fault === undefined ? 'where istiod signs no certificates: the sidecar never gets one' : `${fault}: ${follows}`;
    const names = found.filter((one) => one.address === address).map((one) => placeNames[one.from] ?? one.from);
    yield {
      path,
      message: `${names.join(' and ')} of ${container.name} ${names.length > 1 ? 'are' : 'is'} ${address}, ${what}.`,
      hint: `Write host and port, as in ${defaultIstiod}.`,
    };
  }
}

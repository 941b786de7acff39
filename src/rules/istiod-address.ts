import { addressFault, defaultIstiod, signsAt } from '../objects/istiod-address.ts';
import { type Agent, discoveriesOf } from './agent.ts';
import { allAgents } from './certificates.ts';
import type { RuleMatch } from './match.ts';
import type { Rule } from './rule.ts';

/** The addresses at which the Istio sidecar looks for istiod. */
export const istiodAddressRules: readonly Rule[] = [
  {
    code: 'istiod-address',
    severity: 'warning',
    summary: 'An address of istiod that the Istio sidecar cannot use, or at which nothing signs certificates.',
    help:
      'The agent exits at once unless `discoveryAddress` is a host name or an IP address with a port, without `https://`. `CA_ADDR` is not checked, ' +
      'but the connection fails. istiod signs certificates at port 15012; 15010 serves configuration without TLS, 443 and 15017 the webhooks, ' +
      '15014 metrics and 8080 its debug pages.',
    *find(subject) {
      for (const agent of allAgents(subject)) yield* unusable(agent);
    },
  },
];

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
    yield {
      path,
      message: `${from} of ${container.name} is ${address}, ${what}.`,
      hint: `Write host and port, as in ${defaultIstiod}.`,
    };
  }
}

import { isTrueText } from '../go/bool.ts';
import { matchesLabels } from '../objects/label-selector.ts';
import { isList, isMap, lookupTable, mapAt, mapsIn, textOf, textsIn, type ValueMap } from '../value.ts';
import type { PodSubject } from './peer-authentication.ts';

/** Three-valued logic: what depends on something unknown is `unknown`. */
type Truth = boolean | 'unknown';

/** A call as the filters of a sidecar see it. */
export interface AuthorizedCall {
  /** The port of the pod itself. */
  readonly port: number;
  /** `<trust domain>/ns/<namespace>/sa/<service account>`; undefined unless the sidecar terminated mTLS. */
  readonly principal: string | undefined;
  /** Other names of the principal's trust domain. */
  readonly trustDomainAliases?: readonly string[];
  /** Whether the sidecar reads HTTP; otherwise rules see a connection without methods, paths, hosts and headers. */
  readonly isHttp: boolean;
  /** Undefined if any may arrive. */
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  readonly host?: string | undefined;
  /** All headers of the request; undefined if any may arrive. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface Authorization {
  readonly allowed: Truth;
  /** The policy that decides: one that denies, or one of those whose rules allow nothing that matches. */
  readonly by: ValueMap | undefined;
}

/**
 * Whether AuthorizationPolicies allow a call:
 * 1. A policy applies in its own namespace, one of the root namespace everywhere, each to pods with the labels of its
 *    selector.
 * 2. Any DENY policy that matches refuses the call.
 * 3. If there is any ALLOW policy, one must match; one without rules allows nothing.
 * 4. On a connection that is not read as HTTP an ALLOW rule with HTTP fields never matches; a DENY rule keeps its other
 *    conditions. AUDIT changes nothing; CUSTOM asks an external authorizer, so the answer is unknown. Source: Istio's
 *    RBAC builder.
 */
export function authorize(
  call: AuthorizedCall,
  pod: PodSubject,
  policies: readonly ValueMap[],
  rootNamespace: string,
): Authorization {
  const own = policies.filter((policy) => isFor(policy, pod, rootNamespace));
  const withAction = (action: string): readonly ValueMap[] =>
    own.filter((policy) => (mapAt(policy, 'spec')['action'] ?? 'ALLOW') === action);
  const denying = withAction('DENY');
  const denied = denying.map((policy) => matchesPolicy(policy, call, 'DENY'));
  const denier = denying[denied.indexOf(true)];
  if (denier !== undefined) return { allowed: false, by: denier };
  const allowing = withAction('ALLOW');
  const allowed = any(allowing.map((policy) => matchesPolicy(policy, call, 'ALLOW')));
  if (allowing.length > 0 && allowed === false) return { allowed: false, by: allowing[0] };
  const open = denying[denied.indexOf('unknown')] ?? withAction('CUSTOM')[0];
  if (open !== undefined) return { allowed: 'unknown', by: open };
  return allowing.length === 0 ? { allowed: true, by: undefined } : { allowed, by: allowing[0] };
}

function isFor(policy: ValueMap, { namespace, labels }: PodSubject, rootNamespace: string): boolean {
  if (isDryRun(policy)) return false;
  const where = textOf(mapAt(policy, 'metadata')['namespace']) ?? 'default';
  // Policies with targetRefs are for waypoints and gateways.
  const spec = mapAt(policy, 'spec');
  if (isMap(spec['targetRef']) || isList(spec['targetRefs'])) return false;
  return (
    (where === namespace || where === rootNamespace) && matchesLabels(mapAt(spec, 'selector', 'matchLabels'), labels)
  );
}

/** Such a policy is only logged. Source: the annotation, parsed as by Go's ParseBool. */
function isDryRun(policy: ValueMap): boolean {
  return isTrueText(textOf(mapAt(policy, 'metadata', 'annotations')['istio.io/dry-run']));
}

type Action = 'ALLOW' | 'DENY';

function matchesPolicy(policy: ValueMap, call: AuthorizedCall, action: Action): Truth {
  return any(mapsIn(mapAt(policy, 'spec')['rules']).map((rule) => matchesRule(rule, call, action)));
}

function matchesRule(rule: ValueMap, call: AuthorizedCall, action: Action): Truth {
  const sources = mapsIn(rule['from']).map((from) => matchesFields(mapAt(from, 'source'), sourceFields, call, action));
  const operations = mapsIn(rule['to']).map((to) =>
    matchesFields(mapAt(to, 'operation'), operationFields, call, action),
  );
  const conditions = mapsIn(rule['when']).map((when) => matchesCondition(when, call, action));
  return all([sources.length === 0 || any(sources), operations.length === 0 || any(operations), all(conditions)]);
}

interface Attribute {
  readonly isHttp: boolean;
  /** Undefined: the call has no such attribute; `unknown`: it may have any value. */
  readonly value: (call: AuthorizedCall) => string | undefined | 'unknown';
  readonly ignoresCase?: boolean;
  /** Whether every request that is read as HTTP has one, so that `*` always matches. */
  readonly isAlwaysThere?: boolean;
  /** What a pattern stands for after expansion. */
  readonly readPattern?: (pattern: string, call: AuthorizedCall) => string;
}

const unknownValue = 'unknown';
const known = (value: string | undefined): string => value ?? unknownValue;
const namespaceOf = ({ principal }: AuthorizedCall): string | undefined =>
  principal === undefined ? undefined : /\/ns\/([^/]+)\//.exec(principal)?.[1];

/**
 * In a policy, `cluster.local` and every alias stand for the mesh's own trust domain, whatever its name. Source:
 * Istio's trust domain bundle.
 */
const principal: Attribute = {
  isHttp: false,
  value: (call) => call.principal,
  readPattern: (pattern, call) => {
    const own = call.principal?.split('/', 1)[0];
    const [domain = ''] = pattern.split('/', 1);
    const isOwn = ['cluster.local', ...(call.trustDomainAliases ?? [])].includes(domain);
    return own !== undefined && isOwn ? own + pattern.slice(domain.length) : pattern;
  },
};
const sourceNamespace: Attribute = { isHttp: false, value: namespaceOf };
const port: Attribute = { isHttp: false, value: (call) => String(call.port) };
const opaque: Attribute = { isHttp: false, value: () => unknownValue };
const opaqueHttp: Attribute = { isHttp: true, value: () => unknownValue };

const sourceFields: Readonly<Record<string, Attribute>> = lookupTable({
  principals: principal,
  namespaces: sourceNamespace,
  serviceAccounts: opaque,
  ipBlocks: opaque,
  remoteIpBlocks: opaqueHttp,
  requestPrincipals: opaqueHttp,
});
const operationFields: Readonly<Record<string, Attribute>> = lookupTable({
  ports: port,
  methods: { isHttp: true, value: ({ method }) => known(method), isAlwaysThere: true },
  paths: { isHttp: true, value: ({ path }) => known(path), isAlwaysThere: true },
  hosts: { isHttp: true, value: ({ host }) => known(host), ignoresCase: true, isAlwaysThere: true },
});

/** All fields of a source or an operation; `notX` is the opposite of `x`. */
function matchesFields(
  map: ValueMap,
  attributes: Readonly<Record<string, Attribute>>,
  call: AuthorizedCall,
  action: Action,
): Truth {
  return all(
    Object.entries(map).map(([key, value]) => {
      const values = textsIn(value);
      if (values.length === 0) return true;
      const isNot = key.startsWith('not');
      const name = isNot ? key.charAt(3).toLowerCase() + key.slice(4) : key;
      const attribute = attributes[name];
      return matchesAttribute(attribute ?? opaque, isNot ? [] : values, isNot ? values : [], call, action);
    }),
  );
}

function matchesCondition(when: ValueMap, call: AuthorizedCall, action: Action): Truth {
  const key = textOf(when['key']) ?? '';
  return matchesAttribute(attributeOf(key), textsIn(when['values']), textsIn(when['notValues']), call, action);
}

function attributeOf(key: string): Attribute {
  if (key === 'source.principal') return principal;
  if (key === 'source.namespace') return sourceNamespace;
  if (key === 'destination.port') return port;
  const header = /^request\.headers\[(.+)\]$/.exec(key)?.[1];
  if (header !== undefined)
    return {
      isHttp: true,
      value: ({ headers }) => (headers === undefined ? unknownValue : headers[header.toLowerCase()]),
    };
  return key.startsWith('request.') || key === 'remote.ip' ? opaqueHttp : opaque;
}

function matchesAttribute(
  attribute: Attribute,
  values: readonly string[],
  notValues: readonly string[],
  call: AuthorizedCall,
  action: Action,
): Truth {
  if (attribute.isHttp && !call.isHttp) return action === 'DENY';
  const value = attribute.value(call);
  if (value === unknownValue)
    return values.includes('*') && notValues.length === 0 && attribute.isAlwaysThere === true ? true : 'unknown';
  const { readPattern = (pattern) => pattern } = attribute;
  const fits = (pattern: string): boolean =>
    value !== undefined && matchesText(readPattern(pattern, call), value, attribute.ignoresCase);
  return (values.length === 0 || values.some(fits)) && !notValues.some(fits);
}

/** `*` matches any present value, `x*` and `*x` are prefix and suffix; any other star is literal. */
function matchesText(pattern: string, value: string, ignoresCase = false): boolean {
  if (ignoresCase) return matchesText(pattern.toLowerCase(), value.toLowerCase());
  if (pattern === '*') return value !== '';
  if (pattern.startsWith('*')) return value.endsWith(pattern.slice(1));
  if (pattern.endsWith('*')) return value.startsWith(pattern.slice(0, -1));
  return pattern === value;
}

function any(truths: readonly Truth[]): Truth {
  return truths.includes(true) ? true : truths.includes('unknown') ? 'unknown' : false;
}

function all(truths: readonly Truth[]): Truth {
  return truths.includes(false) ? false : truths.includes('unknown') ? 'unknown' : true;
}

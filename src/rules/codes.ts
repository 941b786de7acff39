import { deviationSummaries } from '../proxy/deviation.ts';
import { rules } from './all.ts';
import { mtlsCodes } from './mtls-codes.ts';

/** Cases in which the chart is broken through no fault of the values, so glistio prints what they ask for instead. */
export const chartCodes: readonly OtherCode[] = described(deviationSummaries());

/**
 * The codes that no rule uses: reading, the release's schema and the chart's model, comparing, and changing manifests.
 */
export interface OtherCode {
  readonly code: string;
  readonly summary: string;
}

/** The codes of everything that is found outside the rules, in groups. */
export const otherCodes: readonly { readonly title: string; readonly codes: readonly OtherCode[] }[] = [
  { title: 'Where the chart is broken', codes: chartCodes },
  {
    title: 'What the chart prints without quotes',
    codes: described({
      'bare-text-changed': 'A string or key that YAML partly interprets: quotes, a comment, spaces, `~`.',
      'last-file-changed': 'The last file of `configMap.data`, whose end the chart’s template changes.',
    }),
  },
  {
    title: 'Reading YAML',
    codes: described({
      'yaml-syntax': 'The text is not valid YAML.',
      'not-utf8': 'The text is not encoded as UTF-8.',
      'control-character': 'A control character that YAML does not allow.',
      'too-long': 'The text is longer than Helm allows for values.',
      'nested-too-deep': 'More levels of nesting than Helm reads.',
      'too-many-aliases': 'Aliases that would expand to an enormous document.',
      'unknown-anchor': 'An alias without its anchor.',
      'recursive-anchor': 'An anchor that contains itself.',
      'bad-anchor-name': 'An anchor’s name that Helm does not read.',
      'bad-escape': 'An escape in double quotes that Helm does not know.',
      'bad-key': 'A key that Helm does not accept.',
      'null-key': 'A key that is null.',
      'key-not-scalar': 'A key that is a list or a map.',
      'merge-needs-map': 'A merge key (`<<`) whose value is not a map.',
      'tag-does-not-fit': 'A tag (`!!int`) that does not fit its value.',
      'number-not-finite': '`.inf` or `.nan`, which Helm cannot pass on.',
      'values-not-a-map': 'Values that are a list or a scalar instead of a map.',
      'odd-blank': 'A no-break space or an invisible character: YAML reads it as part of the key or value.',
      'odd-quote': 'Typographic quotes, which YAML reads as part of the value.',
      'set-syntax': 'A `--set…` option that Helm cannot read.',
      'set-twice': 'A value that two `--set…` options set; the one that Helm applies last counts.',
    }),
  },
  {
    title: 'What Helm does silently',
    codes: described({
      'boolean-surprise': 'A word such as `on` or `n` that YAML 1.1 reads as true or false.',
      'duplicate-key': 'A duplicate key; the last one counts.',
      'merge-overwrites-key': 'A key that a merge key (`<<`) below it overwrites.',
      'later-documents-ignored': 'Documents after the first one, which Helm 3 does not read.',
      'helm-versions-differ': 'Values that Helm 3 and Helm 4 treat differently.',
      'number-loses-digits': 'An integer with more digits than Helm keeps.',
      'octal-number': 'A number with a leading zero, which is read as octal.',
      'unquoted-in-brackets': 'A string within brackets that is not read as it looks.',
      'yaml-version': 'A directive for another version of YAML.',
      'map-replaces-default': 'A map where the chart has a scalar.',
      'scalar-replaces-default-map': 'A scalar where the chart has a map.',
    }),
  },
  {
    title: 'The chart’s values',
    codes: described({
      'unknown-value': 'A value that no release of the chart has; Helm ignores it.',
      'value-of-another-release': 'A value that this release does not have, but others do.',
      'ignored-value': 'A value that the release lists, but no template reads.',
      'deprecated-value': 'A value that still works, but has been replaced.',
      'unknown-field': 'A field that Kubernetes does not have there.',
      'loose-type': 'A value of a different type than expected, which the chart still prints correctly.',
      'not-a-truth-value':
        'A value that is neither true nor false; the chart treats every string but the empty one as true.',
      'unsubstituted-variable':
        'A variable, a template, a placeholder or an encrypted value that should have been replaced before Helm reads it.',
      'unknown-release': 'An unknown release of the chart.',
      'unknown-proxy': 'A gateway proxy that the values do not define.',
      'not-explained': 'Values that `explain` did not try, because that many renderings would take too long.',
      'nothing-to-move': 'Values that cannot be moved to `istioIntegration`, or need not be moved.',
      'sidecar-version-fixed': 'A sidecar whose version no value can change.',
      'nothing-to-judge': 'The input contains nothing that was asked for.',
      'invalid-release-name': 'A release name that Helm refuses, or a namespace that the API server refuses.',
      'unknown-ignore': 'A comment `glistio-ignore` with a code that does not exist.',
      'unknown-setting': 'A comment `# glistio:` with a setting that does not exist.',
      'wrong-type': 'A value of a type that the chart or Kubernetes cannot use there.',
      'missing-value': 'A value without which the manifest would be broken.',
      'out-of-range': 'A number out of range.',
      'unknown-choice': 'A string that is not one of the choices of the chart.',
      'gateways-run-together': 'A Gateway that the chart of some releases does not separate from the next one.',
      'gateways-not-applied': 'The rollout Job, which applies the chart’s Gateways, is off.',
      'needs-wrapping-chart': 'A value that refers to a template of a chart that wraps Gloo’s.',
    }),
  },
  {
    title: 'Charts that wrap Gloo’s, and other files that contain values',
    codes: described({
      'values-of-wrapping-chart': 'Values that are laid out for a chart that wraps Gloo’s, such as gloo-ee.',
      'value-of-wrapping-chart': 'A value that only a chart that wraps Gloo’s reads.',
      'nothing-under-name': 'Values with nothing under the name in `--partial-of`.',
      'outside-gloo': 'A value of Gloo’s chart outside its part of a wrapping chart’s values.',
      'no-proxy-rendered': 'Values that leave no gateway proxy enabled.',
      'secret-without-data': 'The copy of a Secret that was not given.',
      'kube-part-ignored': 'A part of a Gateway or of its GatewayParameters that the control plane does not read.',
      'no-gateway': 'Objects without a Gateway of the Kubernetes Gateway API whose class is Gloo’s.',
      'not-values': 'A Kubernetes object or a Chart.yaml instead of values.',
      'no-helm-values': 'An Application or a plan that installs no Helm chart.',
      'values-not-used': 'Values that Argo CD does not read.',
      'file-not-given': 'Values that a file refers to but that were not given.',
      'not-generated': 'A part of an ApplicationSet that a generator fills in.',
      'not-said': 'A namespace or name that a generator fills in.',
      'several-sources': 'Several sources of values where only one can be rendered.',
      'bad-record': 'A Helm release record that cannot be read.',
    }),
  },
  {
    title: 'Values and options of the library',
    codes: described({
      'bad-option': 'An argument or option that a library function does not know or cannot use.',
      'not-a-value':
        'A JavaScript value that is not plain data: `undefined`, a function, a Date, a hole in a list, a getter that throws.',
      'cyclic-value': 'A JavaScript value that contains itself.',
    }),
  },
  {
    title: 'Comparing',
    codes: described({
      'bad-path-pattern': 'An invalid path to ignore or include.',
      'duplicate-object': 'An object that occurs twice on one side.',
      'no-gateway-proxy': 'A side with nothing to compare.',
      'workloads-only': 'A side with only workloads and ConfigMaps, so only these are compared.',
      'not-an-object': 'A document that is not a Kubernetes object.',
    }),
  },
  {
    title: 'Fleets',
    codes: described({
      'bad-setting': 'An invalid key or value of `.glistio.yaml`.',
      'fleet-unknown-key': 'A key that a fleet file does not have there.',
      'fleet-wrong-type': 'A value of a fleet file of the wrong type.',
      'fleet-no-name': 'A cluster without a name.',
      'fleet-bad-name': 'A name that cannot be the name of a folder.',
      'fleet-too-long': 'A fleet file of YAML or JSON that is longer than 4 MiB; JSON lines can be of any length.',
      'fleet-twin': 'A cluster with the name of another one.',
      'fleet-unknown-group': 'A group that the fleet does not have.',
      'fleet-two-sides': 'A cluster with two sources of what is installed.',
      'fleet-two-files': 'A name that means one file on the command line and another in the fleet.',
      'fleet-not-json': 'A line that is not a JSON object.',
      'unreadable-file': 'A file of values that cannot be read.',
      'not-done': 'A cluster that failed: it did not answer, or its files could not be written.',
      'timed-out': 'A cluster that took longer than `--timeout-each`; it was stopped, and the others went on.',
      'worker-lost': 'A cluster whose worker died, usually because it ran out of memory.',
      'internal-error': 'A bug in glistio.',
    }),
  },
  {
    title: 'Changing manifests',
    codes: described({
      'no-proxy': 'No gateway proxy among the manifests.',
      'written-by-controller': 'A proxy that Gloo’s control plane writes, so that a change would not last.',
      'no-config-map': 'A proxy whose ConfigMap is not among the manifests.',
      'no-workload': 'A proxy’s ConfigMap whose Deployment or DaemonSet is not among the manifests.',
      'no-bootstrap': 'A ConfigMap without a readable Envoy bootstrap.',
      'layout-lost': 'A document that could not be changed in place and is rewritten.',
      'gloo-version-unknown': 'The version of Gloo that a proxy belongs to is unknown.',
      'istio-version-unknown': 'The version of Istio that the sidecar must have is unknown.',
      'bad-version': 'A version that is not a valid image tag, or an image that is not for a sidecar.',
      'no-such-istio': 'A version of Istio that has no image, or no known one.',
      'gloo-too-old': 'A version of Gloo older than its integration with Istio.',
      'sds-of-newer-gloo': 'A version of Gloo whose own sds image does not read Istio’s certificates.',
      'public-registry': 'A sidecar’s image from a public registry beside a proxy from the user’s own registry.',
      'image-not-pinned': 'A sidecar’s image without a digest beside a proxy with one.',
      'pod-is-injected': 'A proxy whose pods ask for Istio’s own sidecar.',
      'namespace-is-injected': 'A proxy in a namespace whose pods get Istio’s own sidecar.',
      'proxy-is-ambient': 'A proxy whose connections ztunnel takes over.',
      'node-agent-socket': 'A volume of Istio’s node agent, which no longer exists.',
      'old-istio': 'A version of Istio older than all known sidecars.',
      'volume-still-used': 'A volume that stays, because another container mounts it.',
      'upstream-points-at-sds': 'An Upstream that would refer to a removed cluster.',
      'points-at-sds': 'Another object that refers to the removed cluster.',
      'unknown-upstream': 'An Upstream that is not among the manifests.',
      'no-upstream': 'No Upstream among the manifests, or none selected.',
      'other-ssl-config': 'An Upstream with an sslConfig of another kind.',
      'no-ssl-config': 'An Upstream without the sslConfig to remove.',
      'mtls-required': 'An Upstream without mTLS whose pods accept nothing else.',
      'mtls-disabled': 'An Upstream with mTLS whose pods do not accept it.',
      'plain-text': 'An Upstream whose requests travel unencrypted.',
      'policy-may-apply': 'A policy that may apply to pods whose labels are not all known.',
      'name-taken': 'A new VirtualService that would have the name of another one.',
      'no-such-index': 'A position among the routes that does not exist.',
      'unreachable-route': 'A route after one that matches every request.',
    }),
  },
  {
    title: 'Whether mTLS works',
    codes: described(mtlsCodes),
  },
];

function described(summaries: Readonly<Record<string, string>>): OtherCode[] {
  return Object.entries(summaries).map(([code, summary]) => ({ code, summary }));
}

/** Every code that a problem can have. */
export const codes: ReadonlySet<string> = new Set([
  ...rules.map(({ code }) => code),
  ...otherCodes.flatMap((group) => group.codes.map(({ code }) => code)),
]);

/** The meaning of a code, in one line. */
export function summaryOf(code: string): string {
  const rule = rules.find((candidate) => candidate.code === code);
  if (rule !== undefined) return rule.summary;
  const other = otherCodes.flatMap((group) => group.codes).find((candidate) => candidate.code === code);
  return other?.summary ?? code;
}

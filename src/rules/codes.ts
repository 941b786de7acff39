import { deviationSummaries } from '../proxy/deviation.ts';
import { rules } from './all.ts';
import { mtlsCodes } from './mtls-codes.ts';

/** Where the chart is broken through no fault of the values, and glistio prints what they ask for. */
export const chartCodes: readonly OtherCode[] = described(deviationSummaries());

/** What no rule says: reading, the schema of the release and the model of the chart, comparing, and changing manifests. */
export interface OtherCode {
  readonly code: string;
  readonly summary: string;
}

/** The codes of everything that no rule finds, in groups. */
export const otherCodes: readonly { readonly title: string; readonly codes: readonly OtherCode[] }[] = [
  { title: 'Where the chart is broken', codes: chartCodes },
  {
    title: 'What the chart prints without quotes',
    codes: described({
      'bare-text-changed': 'A string or key of which YAML takes a part for its own: quotes, a comment, blanks, `~`.',
      'last-file-changed': 'The last file of `configMap.data`, whose end the chart’s template changes.',
    }),
  },
  {
    title: 'Reading YAML',
    codes: described({
      'yaml-syntax': 'The text is no YAML.',
      'not-utf8': 'The text is not encoded as UTF-8.',
      'control-character': 'A control character that YAML does not allow.',
      'too-long': 'The text is longer than any values can be.',
      'nested-too-deep': 'More levels than Helm reads.',
      'too-many-aliases': 'Aliases that would unfold to an enormous document.',
      'unknown-anchor': 'An alias without its anchor.',
      'recursive-anchor': 'An anchor that contains itself.',
      'bad-anchor-name': 'An anchor’s name that Helm does not read.',
      'bad-escape': 'An escape in double quotes that Helm does not know.',
      'bad-key': 'A key that Helm cannot take.',
      'null-key': 'A key that is null.',
      'key-not-scalar': 'A key that is a list or a map.',
      'merge-needs-map': 'A merge key (`<<`) whose value is no map.',
      'tag-does-not-fit': 'A tag (`!!int`) that does not fit its value.',
      'number-not-finite': '`.inf` or `.nan`, which Helm cannot pass on.',
      'values-not-a-map': 'Values that are a list or a single value.',
      'odd-blank': 'A no-break space or the like where a space is meant: YAML takes it for a part of the key or value.',
      'set-syntax': 'A `--set…` option that Helm cannot read.',
      'set-twice': 'A value that two `--set…` options give; the one that Helm applies last counts.',
    }),
  },
  {
    title: 'What Helm does silently',
    codes: described({
      'boolean-surprise': 'A word such as `on` or `n` that YAML 1.1 reads as true or false.',
      'duplicate-key': 'A key that stands twice; the last one counts.',
      'merge-overwrites-key': 'A key that a merge key (`<<`) below it overwrites.',
      'later-documents-ignored': 'Documents behind the first one, which Helm 3 does not read.',
      'helm-versions-differ': 'Values of which Helm 3 and Helm 4 make something different.',
      'number-loses-digits': 'A whole number with more digits than Helm keeps.',
      'octal-number': 'A number with a leading zero, which is read as octal.',
      'unquoted-in-brackets': 'A text within brackets that is read otherwise than it looks.',
      'yaml-version': 'A directive for another version of YAML.',
      'map-replaces-default': 'A map in place of the chart’s single value.',
      'scalar-replaces-default-map': 'A single value in place of the chart’s map.',
    }),
  },
  {
    title: 'The chart’s values',
    codes: described({
      'unknown-value': 'A value that no release of the chart has; Helm ignores it.',
      'value-of-another-release': 'A value that this release does not have, but others do.',
      'ignored-value': 'A value that the release lists, but that no template reads.',
      'deprecated-value': 'A value that still works, but has been replaced.',
      'unknown-field': 'A field that Kubernetes does not have there.',
      'loose-type': 'A value of another type than is meant, which the chart prints well enough.',
      'not-a-truth-value':
        'A value that is neither true nor false; the chart takes every text but the empty one as true.',
      'unsubstituted-variable':
        'A variable, a template, a placeholder or an encrypted value that something should have replaced before Helm reads it.',
      'unknown-release': 'A release of the chart that is not known.',
      'unknown-proxy': 'A gateway proxy that the values do not have.',
      'not-explained': 'Values that `explain` did not try, because rendering them so often would take too long.',
      'nothing-to-move': 'Values that cannot be moved to `istioIntegration`, or need not be.',
      'sidecar-version-fixed': 'A sidecar to which no value gives another version.',
      'nothing-to-judge': 'What was given has nothing of what was asked for.',
      'invalid-release-name': 'A release name that Helm refuses, or a namespace that the API server does.',
      'unknown-ignore': 'A comment `glistio-ignore` with a code that does not exist.',
      'unknown-setting': 'A comment `# glistio:` with a setting that there is none of.',
      'wrong-type': 'A value of a type that the chart or Kubernetes cannot use there.',
      'missing-value': 'A value without which the manifest would be broken.',
      'out-of-range': 'A number beyond what its place allows.',
      'unknown-choice': 'A text that is none of those that the chart knows.',
      'gateways-run-together': 'A Gateway that the chart of some releases does not keep apart from the next one.',
      'gateways-not-applied': 'The rollout Job is off, which applies the chart’s Gateways.',
      'needs-wrapping-chart': 'A value that names a template of a chart around Gloo’s.',
    }),
  },
  {
    title: 'Charts around Gloo’s, and other files that hold values',
    codes: described({
      'values-of-wrapping-chart': 'Values that are laid out for a chart that wraps Gloo’s, such as gloo-ee.',
      'value-of-wrapping-chart': 'A value that only a chart around Gloo’s reads.',
      'nothing-under-name': 'Values with nothing under the name that `--partial-of` gives.',
      'outside-gloo': 'A value of Gloo’s chart that stands outside its part of a wrapping chart’s values.',
      'no-proxy-rendered': 'Values that leave no gateway proxy.',
      'secret-without-data': 'The copy of a Secret that was not given.',
      'kube-part-ignored': 'A part of a Gateway or of its GatewayParameters that the control plane does not read.',
      'no-gateway': 'Objects without a Gateway of the Kubernetes Gateway API whose class is Gloo’s.',
      'not-values': 'A Kubernetes object or a Chart.yaml in place of values.',
      'no-helm-values': 'An Application or a plan that installs no Helm chart.',
      'values-not-used': 'Values that Argo CD does not read.',
      'file-not-given': 'Values that a file refers to, and that are not here.',
      'not-generated': 'A part of an ApplicationSet that a generator fills in.',
      'not-said': 'A namespace or name that a generator fills in.',
      'several-sources': 'Several sources of values where one can be rendered.',
      'bad-record': 'A Helm release record that cannot be read.',
    }),
  },
  {
    title: 'Values and options of the library',
    codes: described({
      'bad-option': 'An argument or option of a library function that it cannot use, or does not know.',
      'not-a-value':
        'A JavaScript value that is no data: `undefined`, a function, a Date, a hole in a list, a getter that throws.',
      'cyclic-value': 'A JavaScript value that contains itself.',
    }),
  },
  {
    title: 'Comparing',
    codes: described({
      'bad-path-pattern': 'A path to ignore or include that cannot be one.',
      'duplicate-object': 'An object that stands twice on one side.',
      'no-gateway-proxy': 'A side without anything to compare.',
      'workloads-only': 'A side with nothing but workloads and ConfigMaps, so that only these are compared.',
      'not-an-object': 'A document that is no Kubernetes object.',
    }),
  },
  {
    title: 'Fleets',
    codes: described({
      'bad-setting': 'A key or value of `.glistio.yaml` that means nothing.',
      'fleet-unknown-key': 'A key that a fleet file does not have there.',
      'fleet-wrong-type': 'A value of a fleet file of another type than is meant.',
      'fleet-no-name': 'A cluster without a name.',
      'fleet-bad-name': 'A name that cannot be that of a folder.',
      'fleet-too-long': 'A fleet file of YAML or JSON that is longer than 4 MiB; JSON lines can be of any length.',
      'fleet-twin': 'A cluster with the name of another one.',
      'fleet-unknown-group': 'A group that the fleet does not have.',
      'fleet-two-sides': 'A cluster that says twice what is installed.',
      'fleet-two-files': 'A name that means one file on the command line and another in the fleet.',
      'fleet-not-json': 'A line that is no JSON object.',
      'unreadable-file': 'A file of values that cannot be read.',
      'not-done': 'A cluster that could not be done: it did not answer, or its files could not be written.',
      'timed-out': 'A cluster that took longer than `--timeout-each`; it was ended, and the others went on.',
      'worker-lost': 'A cluster over which its worker died, for want of memory as a rule.',
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
      'no-bootstrap': 'A ConfigMap without a bootstrap of Envoy that can be read.',
      'layout-lost': 'A document that could not be changed in place and is written anew.',
      'gloo-version-unknown': 'Nothing says which version of Gloo a proxy belongs to.',
      'istio-version-unknown': 'Nothing says which version of Istio the sidecar must have.',
      'bad-version': 'A version that cannot be the tag of an image, or an image for no sidecar.',
      'no-such-istio': 'A version of Istio that has no image, or none that is known.',
      'gloo-too-old': 'A version of Gloo older than its integration with Istio.',
      'sds-of-newer-gloo': 'A version of Gloo whose own sds image does not read Istio’s certificates.',
      'public-registry': 'A sidecar’s image from a public registry beside a proxy that is from one of the user’s own.',
      'image-not-pinned': 'A sidecar’s image without a digest beside a proxy with one.',
      'pod-is-injected': 'A proxy whose pods ask for Istio’s own sidecar.',
      'namespace-is-injected': 'A proxy in a namespace whose pods get Istio’s own sidecar.',
      'proxy-is-ambient': 'A proxy whose connections ztunnel takes over.',
      'node-agent-socket': 'A volume of Istio’s node agent, which is gone.',
      'old-istio': 'A version of Istio older than the sidecars that are known.',
      'volume-still-used': 'A volume that stays, because another container mounts it.',
      'upstream-points-at-sds': 'An Upstream that would point at a cluster which is gone.',
      'points-at-sds': 'Another object that names the cluster which is gone.',
      'unknown-upstream': 'An Upstream that is not among the manifests.',
      'no-upstream': 'No Upstream among the manifests, or none that was chosen.',
      'other-ssl-config': 'An Upstream with an sslConfig of another kind.',
      'no-ssl-config': 'An Upstream without the sslConfig to remove.',
      'mtls-required': 'An Upstream without mTLS whose pods take nothing else.',
      'mtls-disabled': 'An Upstream with mTLS whose pods do not take it.',
      'plain-text': 'An Upstream whose requests travel unencrypted.',
      'policy-may-apply': 'A policy that may hold for pods whose labels are not all known.',
      'name-taken': 'A new VirtualService that would have the name of another one.',
      'no-such-index': 'A place among the routes that is not there.',
      'unreachable-route': 'A route behind one that takes every request.',
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

/** Every code that a problem may have. */
export const codes: ReadonlySet<string> = new Set([
  ...rules.map(({ code }) => code),
  ...otherCodes.flatMap((group) => group.codes.map(({ code }) => code)),
]);

/** What a code means, in one line. */
export function summaryOf(code: string): string {
  const rule = rules.find((candidate) => candidate.code === code);
  if (rule !== undefined) return rule.summary;
  const other = otherCodes.flatMap((group) => group.codes).find((candidate) => candidate.code === code);
  return other?.summary ?? code;
}

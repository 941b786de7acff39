/**
 * Values from public reports, kept beside the project, about what a cluster refuses and about values that do nothing or clash: of each, what
 * `validate` and `render` must say for every release that the report names.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { renderGatewayProxies } from '../../src/verbs/render.ts';
import { validateValues } from '../../src/verbs/validate.ts';

interface Report {
  readonly id: string;
  readonly commands: readonly string[];
  readonly files: Readonly<Record<string, string>>;
}

const reports = new URL('../../../shared/cases/reports.jsonl', import.meta.url);
const all = existsSync(reports)
  ? readFileSync(reports, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Report)
  : [];

const proxy = 'gatewayProxies.gatewayProxy';
const pod = `${proxy}.kubeResourceOverride.spec.template.spec`;

/** `SEVERITY CODE PATH` by the releases that it is said for; of errors `render` prints nothing. */
const expected: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  A10: { '1.10.7': ['error same-name gatewayProxies.gateway-proxy'] },
  A11: {
    '1.9.0': [`error missing-value ${pod}.containers[0]`, `warning override-replaces-list ${pod}.containers`],
  },
  A12: { '1.17.3': ['info no-proxy-rendered undefined'] },
  A13: {
    '1.14.0': [`warning root-refused ${proxy}.podTemplate.floatingUserId`],
    '1.14.10': [],
    '1.14.27': [],
    '1.15.3': [],
    '1.22.1': [],
  },
  A17: {
    '1.7.0': ['warning certificates-unreadable global.istioSDS.customSidecars[0].image'],
  },
  A30: {
    '1.7.0': [`warning host-port-conflict ${proxy}.kind.daemonSet.hostPort`],
    '1.22.1': [`warning host-port-conflict ${proxy}.kind.daemonSet.hostPort`],
  },
  A31: { '1.15.10': [`warning daemon-set-ignored ${proxy}.kind.daemonSet`] },
  A34: {
    '1.12.6': ['warning value-of-another-release global.image.variant'],
    '1.17.3': [`warning digest-of-another-variant ${proxy}.podTemplate.image.digest`],
    '1.22.1': [`warning digest-of-another-variant ${proxy}.podTemplate.image.digest`],
  },
  A57: {
    '1.17.3': [
      `error invalid-manifest ${proxy}.kubeResourceOverride.spec.selector.matchLabels.foo`,
      `error invalid-manifest ${pod}.restartPolicy`,
      `error unknown-choice ${pod}.tolerations[0].operator`,
      `error unknown-field ${pod}.nodeSelecter`,
      `error unknown-field ${proxy}.kubeResourceOverride.spec.nodeSelector`,
      `error wrong-type ${proxy}.kubeResourceOverride.spec.replicas`,
      `error wrong-type ${proxy}.kubeResourceOverride.spec.template.metadata.labels.team`,
    ],
  },
  B29: {
    '1.5.0': ['error second-proxy gatewayProxies.gatewayProxyV2'],
    '1.9.0': ['warning second-proxy gatewayProxies.gatewayProxyV2'],
  },
};

/** What other rules say of the same values is their own tests' matter. */
const codes = new Set(
  Object.values(expected).flatMap((releases) =>
    Object.values(releases).flatMap((said) => said.map((line) => line.split(' ')[1])),
  ),
);

for (const [id, releases] of Object.entries(expected)) {
  for (const [chartVersion, said] of Object.entries(releases)) {
    test(`report ${id} on ${chartVersion}`, { skip: all.length === 0 && 'no reports beside the project' }, () => {
      const report = all.find((one) => one.id === id);
      assert.ok(report);
      const text = report.files['values.yaml'] ?? '';
      const set = report.commands[0]?.split(' --set ').slice(1) ?? [];
      const request = { values: text.trim() === '' ? [] : [{ name: 'values.yaml', text }], set, chartVersion };
      const told = validateValues(request)
        .problems.filter(({ code }) => codes.has(code))
        .map(({ severity, code, path }) => `${severity} ${code} ${path}`);
      assert.deepEqual(told.sort(), [...said].sort());
      const isRefused = said.some((line) => line.startsWith('error '));
      assert.equal(renderGatewayProxies(request).manifests.length === 0, isRefused || id === 'A12');
    });
  }
}

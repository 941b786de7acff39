import { sdsCluster } from '../objects/bootstrap.ts';
import { sdsAddress } from '../objects/sidecars.ts';
import { isList, isMap, mapsIn, type Value, type ValueList, type ValueMap } from '../value.ts';
import { editYaml } from '../yaml/edit.ts';
import type { Words } from '../yaml/findings.ts';
import { readYaml } from '../yaml/read.ts';

/** The bootstrap after a change, or the reason why it cannot be changed. */
export type BootstrapChange = { readonly text: string; readonly isKept: boolean } | { readonly refused: Words };

/**
 * Envoy's bootstrap with the SDS cluster, in the spelling that is already used: the chart's own (snake_case), or the
 * one that glooctl writes (camelCase). The cluster follows the one for xDS, as in the chart.
 */
export function withCluster(text: string): BootstrapChange {
  return changeBootstrap(text, (bootstrap) => {
    const spelled = spelling(bootstrap);
    const resources = bootstrap[spelled.resources];
    // Without an xDS cluster it is not a bootstrap of Gloo's (glooctl crashes), and uninject could not tell whether the
    // map existed.
    if (!isMap(resources)) return undefined;
    const clusters = isList(resources['clusters']) ? resources['clusters'] : [];
    if (mapsIn(clusters).some(({ name }) => name === sdsCluster)) return bootstrap;
    const at = mapsIn(clusters).findIndex((cluster) => cluster[spelled.statName] === 'xds_cluster') + 1;
    const index = at === 0 ? clusters.length : at;
    const added: ValueList = [...clusters.slice(0, index), spelled.cluster, ...clusters.slice(index)];
    return { ...bootstrap, [spelled.resources]: { ...resources, clusters: added } };
  });
}

/** The bootstrap without any cluster of that name. */
export function withoutCluster(text: string): BootstrapChange {
  return changeBootstrap(text, (bootstrap) => {
    const spelled = spelling(bootstrap);
    const resources = bootstrap[spelled.resources];
    if (!isMap(resources) || !isList(resources['clusters'])) return bootstrap;
    const clusters = resources['clusters'].filter((cluster) => !isMap(cluster) || cluster['name'] !== sdsCluster);
    if (clusters.length === resources['clusters'].length) return bootstrap;
    const { clusters: _, ...others } = resources;
    const left = clusters.length > 0 ? { ...resources, clusters } : others;
    return { ...bootstrap, [spelled.resources]: left };
  });
}

function changeBootstrap(text: string, change: (bootstrap: ValueMap) => ValueMap | undefined): BootstrapChange {
  const { value, problems } = readYaml({ name: 'envoy.yaml', text });
  const error = problems.find(({ severity }) => severity === 'error');
  if (error !== undefined) {
    const message = `Envoy's bootstrap is not valid YAML: ${error.message} (line ${error.line ?? 1} of the bootstrap)`;
    return { refused: { code: 'no-bootstrap', message, hint: error.hint ?? 'correct it first' } };
  }
  const next = isMap(value) ? change(value) : undefined;
  if (next === undefined) {
    const message = "This ConfigMap's envoy.yaml does not contain an Envoy bootstrap.";
    return { refused: { code: 'no-bootstrap', message, hint: 'it must be a map with static_resources' } };
  }
  return next === value ? { text, isKept: true } : editYaml(text, next);
}

interface Spelling {
  readonly resources: string;
  readonly statName: string;
  readonly cluster: ValueMap;
}

function spelling(bootstrap: ValueMap): Spelling {
  return 'staticResources' in bootstrap ? camel : snake;
}

const endpoint = (address: string, port: string): Value => ({
  [address]: { address: sdsAddress.host, [port]: sdsAddress.port },
});

const snake: Spelling = {
  resources: 'static_resources',
  statName: 'alt_stat_name',
  cluster: {
    name: sdsCluster,
    connect_timeout: '0.25s',
    http2_protocol_options: {},
    load_assignment: {
      cluster_name: sdsCluster,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: endpoint('socket_address', 'port_value') } }] }],
    },
  },
};

const camel: Spelling = {
  resources: 'staticResources',
  statName: 'altStatName',
  cluster: {
    connectTimeout: '0.250s',
    http2ProtocolOptions: {},
    loadAssignment: {
      clusterName: sdsCluster,
      endpoints: [{ lbEndpoints: [{ endpoint: { address: endpoint('socketAddress', 'portValue') } }] }],
    },
    name: sdsCluster,
  },
};

import { isList, isMap, type Value } from '../value.ts';
import { checkClusters } from './clusters.ts';
import { complain, type EnvoyContext, shownValue } from './context.ts';
import { type BootstrapPart, dig, parts, partText } from './dig.ts';
import { lastWithV2 } from './fields.ts';

/**
 * What satisfies every message's rules but is rejected when Envoy builds a server from it. Measured on Envoy 1.36 and
 * 1.40.
 */
export function checkServer(context: EnvoyContext, bootstrap: Value): void {
  const top: BootstrapPart = { value: bootstrap, path: [] };
  checkRuntime(context, dig(top, 'layered_runtime', 'layers'));
  checkOverload(context, dig(top, 'overload_manager'));
  checkClusters(context, top);
  checkDynamic(context, top);
}

/** Whether the static runtime enables deprecated fields. */
export function takesDeprecated(bootstrap: Value): boolean {
  return parts(dig({ value: bootstrap, path: [] }, 'layered_runtime', 'layers')).some((layer) => {
    const { value } = dig(layer, 'static_layer');
    return isMap(value) && value['envoy.features.enable_all_deprecated_features'] === true;
  });
}

function checkRuntime(context: EnvoyContext, layers: BootstrapPart): void {
  const seen = new Set<string>();
  for (const layer of parts(layers)) {
    const name = partText(dig(layer, 'name'));
    if (name !== '' && seen.has(name))
      complain(context, 'server', dig(layer, 'name').path, `Envoy’s runtime has two layers ${shownValue(name)}.`);
    seen.add(name);
    const { value, path } = dig(layer, 'static_layer');
    if (isMap(value))
      for (const [key, item] of Object.entries(value))
        checkRuntimeValue(context, { value: item, path: [...path, key] }, key);
  }
}

function checkRuntimeValue(context: EnvoyContext, { value, path }: BootstrapPart, name: string): void {
  if (value === null || isList(value))
    complain(
      context,
      'server',
      path,
      `Envoy’s runtime accepts numbers, strings and booleans, but ${name} is ${shownValue(value)}.`,
    );
  else if (isMap(value))
    for (const [key, item] of Object.entries(value))
      checkRuntimeValue(context, { value: item, path: [...path, key] }, `${name}.${key}`);
}

const actions = new Set(
  [
    ...['stop_accepting_requests', 'disable_http_keepalive', 'stop_accepting_connections', 'shrink_heap'],
    ...['reject_incoming_connections', 'reduce_timeouts', 'reset_high_memory_stream'],
  ].map((name) => `envoy.overload_actions.${name}`),
);

function checkOverload(context: EnvoyContext, manager: BootstrapPart): void {
  const monitors = names(context, dig(manager, 'resource_monitors'), 'resource monitors');
  names(context, dig(manager, 'actions'), 'overload actions');
  for (const action of parts(dig(manager, 'actions'))) {
    const name = dig(action, 'name');
    if (partText(name) !== '' && !actions.has(partText(name)))
      complain(context, 'server', name.path, `Envoy has no overload action ${shownValue(name.value)}.`, {
        hint: `It has ${[...actions].join(', ')}.`,
      });
    checkTriggers(context, action, monitors);
  }
  for (const point of parts(dig(manager, 'loadshed_points'))) checkTriggers(context, point, monitors);
}

function checkTriggers(context: EnvoyContext, action: BootstrapPart, monitors: ReadonlySet<string>): void {
  names(context, dig(action, 'triggers'), 'triggers of one action');
  for (const trigger of parts(dig(action, 'triggers'))) {
    const name = dig(trigger, 'name');
    if (partText(name) === '' || monitors.has(partText(name))) continue;
    complain(
      context,
      'server',
      name.path,
      `The overload manager has no resource monitor ${shownValue(name.value)} for this trigger.`,
      {
        hint: monitors.size === 0 ? 'Add it to the resource monitors.' : `It has ${[...monitors].join(', ')}.`,
      },
    );
  }
}

/** The names in a list of named items. */
function names(context: EnvoyContext, list: BootstrapPart, what: string): Set<string> {
  const seen = new Set<string>();
  for (const item of parts(list)) {
    const name = dig(item, 'name');
    if (seen.has(partText(name)))
      complain(
        context,
        'server',
        name.path,
        `Envoy does not accept two ${what} with the same name, ${shownValue(name.value)}.`,
      );
    seen.add(partText(name));
  }
  return seen;
}

/** The sources of Envoy's dynamic configuration. */
function checkDynamic(context: EnvoyContext, top: BootstrapPart): void {
  if (context.envoy <= lastWithV2) return;
  for (const source of ['ads_config', 'cds_config', 'lds_config'].map((name) => dig(top, 'dynamic_resources', name))) {
    const version = dig(source, 'transport_api_version');
    if (isV2(version.value))
      complain(
        context,
        'server',
        version.path,
        `Envoy 1.${context.envoy} only speaks xDS version 3, not ${shownValue(version.value)}.`,
        { hint: 'Write V3.' },
      );
  }
}

function isV2(value: Value): boolean {
  return (typeof value === 'string' && value.toUpperCase() === 'V2') || value === 1 || value === '1';
}

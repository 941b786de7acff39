import type { Path } from '../problem.ts';
import { lookupTable, type ValueMap } from '../value.ts';
import { complain, type EnvoyContext } from './context.ts';
import { dig, partText } from './dig.ts';

type Check = (context: EnvoyContext, map: ValueMap, path: Path) => void;

/**
 * What an extension requires of its configuration beyond the message's rules, by message. Measured on Envoy 1.36 and
 * 1.40.
 */
const checks: Readonly<Record<string, Check>> = lookupTable({
  'envoy.config.trace.v3.ZipkinConfig': (context, map, path) => {
    if (dig({ value: map, path }, 'collector_service').value !== null) return;
    for (const field of ['collector_cluster', 'collector_endpoint'].map((name) => dig({ value: map, path }, name))) {
      // Older versions have a rule for it.
      if (partText(field) === '' && context.envoy >= 36)
        complain(
          context,
          'server',
          field.path,
          'Envoy’s ZipkinConfig needs both collector_cluster and collector_endpoint.',
        );
    }
  },
  'envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig': (context, map, path) => {
    const { value } = dig({ value: map, path }, 'max_heap_size_bytes');
    if (context.envoy >= 40 && (value === null || Number(value) === 0))
      complain(context, 'server', path, 'Envoy’s FixedHeapConfig: max_heap_size_bytes must be more than 0.');
  },
});

/** Reports a message that satisfies its own rules but not those of its extension. */
export function checkExtension(context: EnvoyContext, message: string, map: ValueMap, path: Path): void {
  checks[message]?.(context, map, path);
}

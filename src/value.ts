/**
 * A Helm value as the chart's templates see it. Numbers from YAML or JSON are float64 (`number`); integers from
 * `--set` are int64 (`bigint`): Go prints the two differently (`1e+06` and `1000000`).
 */
export type Value = null | boolean | number | bigint | string | ValueList | ValueMap;
export type ValueList = readonly Value[];
export interface ValueMap {
  readonly [key: string]: Value;
}

export function isMap(value: Value | undefined): value is ValueMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Value | undefined): value is ValueList {
  return Array.isArray(value);
}

/** The Go types of the chart's scalars, and the ranges of the integers. */
export type ScalarName = 'string' | 'bool' | 'int' | 'int8' | 'int32' | 'int64' | 'uint' | 'uint32' | 'float64';

export const scalarRanges: Readonly<Partial<Record<ScalarName, readonly [lowest: number, highest: number]>>> = {
  int8: [-128, 127],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint: [0, Number.MAX_SAFE_INTEGER],
  uint32: [0, 2 ** 32 - 1],
};

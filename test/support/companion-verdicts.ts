import { readFileSync } from 'node:fs';

/** Values, and the kind of the first object that a real API server refuses (1.32, strict dry run). */
export interface CompanionVerdict {
  /** 1.22.1 if it is omitted; others are of Gateways, judged by the CRD of that release. */
  readonly release?: string;
  readonly values: object;
  readonly refused: string | null;
}

/**
 * Verdicts on what can be written into the objects around a proxy's workload. Left out is what depends on the cluster:
 * its addresses and families.
 */
export function companionVerdicts(): CompanionVerdict[] {
  const text = readFileSync(new URL('../oracle/companion-verdicts.jsonl', import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as CompanionVerdict);
}

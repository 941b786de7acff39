import { isStillEncrypted } from '../helm/unsubstituted.ts';
import { type Problem, parsePath, type Severity } from '../problem.ts';
import { deviationIds, printedAsAsked } from '../proxy/deviation.ts';
import { fieldsAt, takenType } from '../schema/fields-at.ts';
import { lookupTable } from '../value.ts';

/** Codes for a value that is not the map that it should be. */
const causes: ReadonlySet<string> = new Set(['wrong-type', 'null-map']);

/** A missing value: all other problems with it follow from that. */
const unfilled = 'unsubstituted-variable';

const deviations: ReadonlySet<string> = new Set(deviationIds());

/** Problems with the key, or with the text itself. */
const aboutText: ReadonlySet<string> = new Set([
  'unknown-value',
  'value-of-another-release',
  'duplicate-key',
  'deprecated-value',
]);

/** Other reports about the same value. */
const repeats: ReadonlySet<string> = new Set([
  'scalar-replaces-default-map',
  'invalid-image',
  'invalid-label',
  'missing-value',
  'null-map',
]);

/** A part of an image that is not what was meant, and what then becomes of the image, also of other parts. */
const odd: ReadonlySet<string> = new Set([unfilled, 'odd-blank', 'odd-quote']);
const ofImages: ReadonlySet<string> = new Set([
  'invalid-image',
  'bare-text-breaks-yaml',
  'bare-text-read-as-another-type',
]);
const imagePart = /\bimage(?:\.\w+)?$/;

/** Codes that another code makes redundant if both are about the same value. */
const needless: Readonly<Record<string, readonly string[]>> = lookupTable({
  'digest-of-another-variant': ['value-without-effect'],
  'invalid-image': ['loose-type', 'octal-number', 'boolean-surprise', 'number-loses-digits'],
  'invalid-manifest': ['number-loses-digits'],
  'invalid-name': ['override-renames'],
  'not-a-truth-value': ['odd-quote', 'map-replaces-default'],
  'odd-blank': ['wrong-type', 'not-a-truth-value'],
  'odd-quote': ['wrong-type'],
  'override-replaces-list': ['unknown-volume'],
  'object-name-twice': ['override-renames'],
  'octal-number': ['loose-type'],
  'boolean-surprise': ['loose-type', 'unknown-choice'],
  'number-loses-digits': ['loose-type'],
  'unknown-choice': ['service-field', 'invalid-manifest'],
  'security-context-type': ['wrong-type'],
  'wrong-type': ['not-a-truth-value', 'octal-number', 'boolean-surprise', 'number-loses-digits'],
});

/**
 * Removes problems that follow from another one: if a value cannot be used, nothing in it needs a report, and it needs
 * only one itself. What would have stopped a rendering still does: the cause is as severe as its consequences.
 */
export function withoutFollowUps(problems: readonly Problem[]): Problem[] {
  if (problems.length < 2) return withoutNeedless(problems);
  const known = new Map<string, Problem>();
  const ordered = [...problems].sort((a, b) => Number(b.code === unfilled) - Number(a.code === unfilled));
  for (const problem of ordered) {
    const isCause = causes.has(problem.code) || problem.code === unfilled || isOfKind(problem);
    if (isCause && problem.path !== undefined && !known.has(problem.path)) known.set(problem.path, problem);
  }
  const gravest = new Map<Problem, Severity>();
  const failing = new Set<Problem>();
  const kept = problems.filter((problem) => {
    const cause = causeOf(problem, known);
    if (cause === undefined) return true;
    if (problem.severity === 'error') gravest.set(cause, 'error');
    else if (cause.code === unfilled && deviations.has(problem.code)) failing.add(cause);
    return false;
  });
  // A wrong image is reported once.
  const missing = problems.flatMap(({ code, path = '' }) =>
    code === 'missing-value' && imagePart.test(path) ? [path] : [],
  );
  const oddImages = problems.filter(({ code, path = '' }) => odd.has(code) && imagePart.test(path));
  const unread = new Set(problems.filter(({ code }) => code === 'unread-merge-policy').map(({ path }) => path));
  const answered = new Set(
    problems.flatMap(({ code, hint, file }) => (code === 'wrong-type' && hint !== undefined ? [file] : [])),
  );
  const pathsOf = (wanted: string, grade: Severity): Set<string> =>
    new Set(problems.flatMap(({ code, severity, path = '' }) => (code === wanted && severity === grade ? [path] : [])));
  const asked = new Set([...pathsOf('probe-without-health-check', 'warning')].map((path) => `${path}.httpGet.path`));
  const served = pathsOf('readiness-path-not-served', 'warning');
  const open = problems.filter(({ code }) => code === unfilled).map(({ path = '' }) => path.replace(/^.*\./, ''));
  const told = replacedOnce(kept)
    .filter(({ code, severity, message, path, file = '', line }) => {
      if (code === 'no-proxy-rendered')
        return ![...known.keys()].some((one) => /(?:^|\.)gateway(?:Proxies(?:\.[^.]+)?)?$/.test(one));
      if (code === 'set-syntax' && line !== undefined) return !answered.has(file);
      if (code === 'readiness-path-not-served' && severity === 'info') return !asked.has(`${path}`);
      if (code === 'probe-without-health-check') return !served.has(`${path}.httpGet.path`);
      if (code === 'unknown-field') return !unread.has(path);
      if (code === 'loose-type') return path === undefined || !known.has(path);
      if (oddImages.length > 0 && ofImages.has(code) && imagePart.test(`${path}`)) {
        if (deviations.has(code)) for (const one of oddImages) failing.add(one);
        return false;
      }
      if (code === 'invalid-image' && missing.length > 0)
        return !/%!s\(<nil>\)|: |:,/.test(message) && !(missing.includes(`${path}`) && path?.endsWith('.image'));
      return code !== 'invalid-proxy-config' || !open.includes('istioDiscoveryAddress');
    })
    .map((problem) =>
      gravest.has(problem) ? refusing(problem) : failing.has(problem) ? installFails(problem) : problem,
    );
  return withoutNeedless(inheritedOnce(encryptedOnce(told)));
}

/** What several proxies inherit is reported once, at the proxy that has it, as severely as at any of them. */
function inheritedOnce(problems: readonly Problem[]): Problem[] {
  const of = /(?<=(?:^|\.)gatewayProxies\.)(?:\\.|[^.\\])+(?=\.)/;
  const keyOf = ({ code, message, file, line, column, path = '' }: Problem): string =>
    JSON.stringify([code, message, file, line, column, path.replace(of, '')]);
  const own = new Map<string, Problem>();
  const errors = new Set<string>();
  for (const problem of problems)
    if (problem.line !== undefined && of.test(`${problem.path}`)) {
      const key = keyOf(problem);
      const isDefault = of.exec(`${problem.path}`)?.[0] === 'gatewayProxy';
      if (isDefault || !own.has(key)) own.set(key, problem);
      if (problem.severity === 'error') errors.add(key);
    }
  return problems.flatMap((problem) => {
    const key = keyOf(problem);
    if ((own.get(key) ?? problem) !== problem) return [];
    return errors.has(key) ? [{ ...problem, severity: 'error' as const }] : [problem];
  });
}

/**
 * A list of an override that replaces the chart's, and what its items lack because of that, is one problem, as severe
 * as what they lack.
 */
function replacedOnce(problems: readonly Problem[]): readonly Problem[] {
  const lists = problems.filter(({ code }) => code === 'override-replaces-list');
  if (lists.length === 0) return problems;
  const causeOfLack = ({ code, path = '', message }: Problem): Problem | undefined => {
    const [field = ''] = message.split(' ');
    const around = path.slice(0, path.lastIndexOf('['));
    return code === 'missing-value'
      ? lists.find((list) => list.path === around && list.message.split(/[ ,]+/).includes(field))
      : undefined;
  };
  const lacks = new Map(problems.map((problem) => [causeOfLack(problem), problem]));
  return problems.flatMap((problem) => {
    const lack = lacks.get(problem);
    if (lack === undefined) return causeOfLack(problem) === undefined ? [problem] : [];
    return [{ ...problem, severity: lack.severity, message: `${problem.message} ${lack.message}` }];
  });
}

/** A file that is still encrypted is reported at the first value, with the rest of what SOPS left in it. */
function encryptedOnce(problems: readonly Problem[]): Problem[] {
  const [first, ...others] = problems.filter(isStillEncrypted);
  if (first === undefined) return [...problems];
  const isGrave = others.some(({ severity }) => severity === 'error');
  const more =
    others.length === 0 ? '' : ` So ${others.length === 1 ? 'is another value' : `are ${others.length} other values`}.`;
  const whole = { ...first, message: `${first.message}${more}`, ...(isGrave && { severity: 'error' as const }) };
  return problems.flatMap((one) => {
    if (one === first) return [whole];
    return others.includes(one) || (one.code === 'unknown-value' && one.path === 'sops') ? [] : [one];
  });
}

/** The outermost value that is the cause. */
function causeOf({ code, path }: Problem, known: ReadonlyMap<string, Problem>): Problem | undefined {
  if (path === undefined || known.size === 0) return undefined;
  for (let end = 1; end < path.length; end++) {
    const isStep = (path[end] === '.' || path[end] === '[') && path[end - 1] !== '\\';
    const cause = isStep ? known.get(path.slice(0, end)) : undefined;
    if (cause !== undefined) return cause;
  }
  const other = elsewhere(code, path, known);
  if (other !== undefined) return other;
  const same = known.get(path);
  if (same === undefined || same.code === code) return undefined;
  return same.code === unfilled ? (aboutText.has(code) ? undefined : same) : repeats.has(code) ? same : undefined;
}

/** An override of the kind is at fault for all fields that the other kind does not have. */
function isOfKind({ code, path = '' }: Problem): boolean {
  return code === 'override-renames' && path.endsWith('.kubeResourceOverride.kind');
}

/** A cause beside or below the value: what all proxies inherit or have in common, or their kind. */
function elsewhere(code: string, path: string, known: ReadonlyMap<string, Problem>): Problem | undefined {
  const [proxy = '', all = '', key = ''] = /^((?:.*\.)?)gatewayProxies\.((?:\\.|[^.\\])+)/.exec(path) ?? [];
  if (proxy === '') return undefined;
  if (code === 'unknown-field')
    return path.includes('.kubeResourceOverride.') ? undefined : known.get(`${proxy}.kubeResourceOverride.kind`);
  if (code === 'daemon-set-ignored') return known.get(`${proxy}.kind.deployment`);
  if (code === 'invalid-image') return known.get(`${all}global`) ?? known.get(`${all}global.image`);
  const isLacking = key !== 'gatewayProxy' && (code === 'missing-value' || code === 'null-map');
  return isLacking ? known.get(`${all}gatewayProxies.gatewayProxy`) : undefined;
}

/** The chart's output for it is refused, whatever glistio prints. */
function installFails(problem: Problem): Problem {
  return { ...problem, message: `${problem.message} As it is, the install fails.` };
}

/** A problem because of which nothing is printed at all. */
function refusing(problem: Problem): Problem {
  return {
    ...problem,
    severity: 'error',
    message: problem.message.replace(printedAsAsked, '.'),
  };
}

/** Reports each value once: with the most specific code, the highest severity and the most precise hint. */
function withoutNeedless(problems: readonly Problem[]): Problem[] {
  const at = new Map<string, Problem[]>();
  for (const problem of problems)
    if (problem.path !== undefined) at.set(problem.path, [...(at.get(problem.path) ?? []), problem]);
  return problems.flatMap((problem) => {
    const others = at.get(problem.path ?? '') ?? [];
    if (others.some(({ code }) => needless[code]?.includes(problem.code))) return [];
    // Without an image there is no tag either.
    const whole =
      problem.code === 'missing-value' ? at.get(`${problem.path}`.replace(/(?<=\.image)\.tag$/, '')) : others;
    if (whole !== others && whole?.some(({ code }) => code === 'missing-value')) return [];
    const isRefused = others.some(({ code, severity }) => code === 'wrong-type' && severity === 'error');
    if (isRefused && problem.code === 'certificates-never-written') return [];
    const dropped = others.filter(({ code }) => needless[problem.code]?.includes(code));
    // Quotes only help an image that is invalid because they are missing.
    const isQuotable = problem.code !== 'invalid-image' || problem.message.includes('%!');
    const quoting = isQuotable ? dropped.find(({ code }) => code === 'loose-type')?.hint : undefined;
    const hint = quoting ?? hintForType(problem);
    const isGrave = dropped.some(({ severity }) => severity === 'error');
    const { hint: _, ...rest } = problem;
    return [{ ...rest, ...(isGrave && { severity: 'error' as const }), ...(hint !== undefined && { hint }) }];
  });
}

/**
 * For a word that YAML reads as a number or boolean, the hint also offers a string, which cannot be meant if a number
 * or boolean is expected.
 */
function hintForType({ code, hint, path = '' }: Problem): string | undefined {
  if (hint === undefined || !['octal-number', 'boolean-surprise', 'number-loses-digits'].includes(code)) return hint;
  const types = fieldsAt(parsePath(path)).map(takenType);
  if (types.length === 0 || types.some((type) => type.kind !== 'scalar' || type.name === 'string')) return hint;
  if (code === 'number-loses-digits') return undefined;
  const [first = '', other = ''] = hint.split(', or "');
  const digits = /^[+-]?0+([1-9]\d*)"/.exec(other)?.[1];
  const isOctal = code === 'octal-number' && digits !== undefined && first !== `write ${digits}`;
  return isOctal ? `${first}, or ${digits} if it is not meant as octal` : first;
}

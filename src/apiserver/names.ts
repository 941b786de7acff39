/**
 * The names that the API server and Helm accept. Each function returns what is wrong with a string, as the end of a
 * sentence that begins with the string, or undefined. Source: apimachinery's pkg/util/validation, Helm's
 * pkg/chart/common/util (release names).
 */

const tooLong = (most: number): string => `must have at most ${most} characters`;

/** The name of a container, a volume or a namespace. */
export function labelNameFault(name: string): string | undefined {
  if (!isWithin(name, /^[a-z0-9-]+$/, '-'))
    return 'must consist of lower-case letters, digits and -, and begin and end with a letter or digit';
  return name.length > 63 ? tooLong(63) : undefined;
}

/** The name of a Service, which must start with a letter. */
export function serviceNameFault(name: string): string | undefined {
  return labelNameFault(name) ?? (/^\d/.test(name) ? 'must begin with a letter' : undefined);
}

/** The name of most objects: container names joined by dots. */
export function objectNameFault(name: string): string | undefined {
  const isName = name.split('.').every((part) => isWithin(part, /^[a-z0-9-]+$/, '-'));
  if (!isName)
    return 'must consist of lower-case letters, digits, - and ., and each part between dots begin and end with a letter or digit';
  return name.length > 253 ? tooLong(253) : undefined;
}

/** Helm's rule for release names. */
export function releaseNameFault(name: string): string | undefined {
  return objectNameFault(name) ?? (name.length > 53 ? tooLong(53) : undefined);
}

/** A label value, which may be empty. */
export function labelValueFault(value: string): string | undefined {
  if (value.length > 63) return tooLong(63);
  return value === '' || isWithin(value, /^[\w.-]+$/, '-_.')
    ? undefined
    : 'must consist of letters, digits, -, _ and ., and begin and end with a letter or digit';
}

/** The key of a label, an annotation, a node selector or a toleration: `example.com/name`. */
export function keyFault(key: string): string | undefined {
  const parts = key.split('/');
  const name = parts.pop() ?? '';
  if (parts.length > 1) return 'must have at most one /';
  if (parts[0] !== undefined) {
    const fault = objectNameFault(parts[0]);
    if (fault !== undefined) return `has a prefix that ${fault}`;
  }
  if (name === '') return 'must have a name';
  return labelValueFault(name);
}

/** The name of a container port. */
export function portNameFault(name: string): string | undefined {
  const isName = isWithin(name, /^[a-z0-9-]+$/, '-') && /[a-z]/.test(name) && !name.includes('--');
  if (!isName)
    return 'must consist of lower-case letters, digits and single -, with a letter, and begin and end with a letter or digit';
  return name.length > 15 ? tooLong(15) : undefined;
}

/** The key of a ConfigMap entry. */
export function entryNameFault(key: string): string | undefined {
  if (!/^[\w.-]+$/.test(key)) return 'must consist of letters, digits, -, _ and .';
  if (key.startsWith('..') || key === '.') return 'must not be . or begin with ..';
  return key.length > 253 ? tooLong(253) : undefined;
}

/** The name of a parameter of the kernel: `net.core.somaxconn`, or with slashes. */
export function sysctlNameFault(name: string): string | undefined {
  return name.length <= 253 && name.split(/[./]/).every((part) => isWithin(part, /^[a-z0-9_-]+$/, '-_'))
    ? undefined
    : 'must consist of lower-case letters, digits, - and _, with . or / between its parts';
}

/** Whether a string consists of these characters and neither starts nor ends with one of `inner`. */
function isWithin(text: string, characters: RegExp, inner: string): boolean {
  return characters.test(text) && !inner.includes(text[0] ?? '') && !inner.includes(text.at(-1) ?? '');
}

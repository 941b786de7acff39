/** A JSON pointer (RFC 6901) to steps of a path. */
export function formatPointer(steps: readonly (string | number)[]): string {
  return steps.reduce<string>(pointerBelow, '');
}

/** The pointer one step further down. */
export function pointerBelow(pointer: string, step: string | number): string {
  const name = String(step);
  return `${pointer}/${/[~/]/.test(name) ? name.replaceAll('~', '~0').replaceAll('/', '~1') : name}`;
}

/** The steps of a JSON pointer; those into lists are strings, too. */
export function parsePointer(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/* What the compiled templates call (*.gen.ts), beside `src/yaml/write.ts`, through which every value reaches the text. */

/**
 * The fact that a template prints: a missing one is a bug, and not an empty line.
 * @public
 */
export function fact(facts: object | undefined, name: string): unknown {
  if (facts === undefined || !(name in facts)) throw new Error(`a template prints ${name}, which is not decided`);
  return (facts as Readonly<Record<string, unknown>>)[name];
}

/**
 * Truth as templates have it: 0, an empty string and an empty list are false.
 * @public
 */
export function isFilled(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

/** The name of a protobuf field in JSON: `lb_policy` becomes `lbPolicy`. Readers accept both. */
export function jsonName(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

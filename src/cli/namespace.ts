/** The namespace of whoever names none: that of Helm's own variable, else where Gloo is installed as a rule. */
export function usualNamespace(env: Readonly<Record<string, string | undefined>>): string {
  return env['HELM_NAMESPACE'] || 'gloo-system';
}

/** The default namespace: that of Helm's own variable, else the one where Gloo is usually installed. */
export function usualNamespace(env: Readonly<Record<string, string | undefined>>): string {
  return env['HELM_NAMESPACE'] || 'gloo-system';
}

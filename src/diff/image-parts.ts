/** An image without its digest, in three parts: the registry with its folders, the name, and the tag. */
export function imagePartsOf(image: string): { registry: string; name: string; tag: string } {
  const slash = image.indexOf('/');
  const host = image.slice(0, Math.max(0, slash));
  const isRegistry = host === 'localhost' || /[.:]/.test(host.slice(1));
  const own = isRegistry ? nameIn(image.slice(slash + 1)) : null;
  const [, name = image, tag, digest] = own ?? nameIn(image) ?? [];
  return { registry: own ? host : 'docker.io', name, tag: tag ?? digest?.slice(0, 19) ?? 'latest' };
}

function nameIn(image: string): RegExpExecArray | null {
  return /^([^:@]+)(?::([^@]+))?(?:@(.+))?$/.exec(image);
}

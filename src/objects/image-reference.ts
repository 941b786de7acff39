/** An image reference, parsed: `localhost:5000/solo-io/sds:1.5.0@sha256:…`. */
export interface ImageReference {
  /** Registry and repository, with the registry's port. */
  readonly base: string;
  /** The last part of the repository. */
  readonly name: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** Parses an image reference. A colon before the last slash starts a registry's port, never a tag. */
export function parseImage(image: string): ImageReference {
  const [named = '', digest] = image.split('@', 2);
  const slash = named.lastIndexOf('/');
  const colon = named.indexOf(':', slash);
  const [base, tag] = colon < 0 ? [named, undefined] : [named.slice(0, colon), named.slice(colon + 1)];
  return { base, name: base.slice(slash + 1), tag, digest };
}

/** The image with another tag. A digest is dropped, because it would refer to the old image. */
export function retagged(image: string, tag: string): string {
  const { base, tag: before } = parseImage(image);
  return before === tag ? image : `${base}:${tag}`;
}

/** Whether a string can be an image's tag. */
export function isTag(text: string): boolean {
  return /^\w[\w.-]{0,127}$/.test(text);
}

/** The grammar of image names and digests (docker's `reference` and `go-digest`). */
export function isImage(reference: string): boolean {
  const domain =
    '(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\\.[a-zA-Z0-9-]+)*|\\[[0-9a-fA-F:]+\\])(?::\\d+)?';
  const part = '[a-z0-9]+(?:(?:\\.|_{1,2}|-+)[a-z0-9]+)*';
  const grammar = `^(?:${domain}/)?${part}(?:/${part})*(?::[\\w][\\w.-]{0,127})?(?:@(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}))?$`;
  return new RegExp(grammar).test(reference);
}

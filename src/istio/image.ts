/** An image reference, parsed: `localhost:5000/solo-io/sds:1.5.0@sha256:…`. */
export interface ImageReference {
  /** Registry and repository, with the registry's port. */
  readonly base: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** Parses an image reference. A colon before the last slash starts a registry's port, never a tag. */
export function parseImage(image: string): ImageReference {
  const [named = '', digest] = image.split('@', 2);
  const colon = named.indexOf(':', named.lastIndexOf('/'));
  return colon < 0
    ? { base: named, tag: undefined, digest }
    : { base: named.slice(0, colon), tag: named.slice(colon + 1), digest };
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

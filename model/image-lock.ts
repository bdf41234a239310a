/** The image tags that `regatta.lock` pins to digests. */
import type { Position } from './diagnostic.ts';

/** The optional file of locked images at the top of a fleet repository. */
export const lockFile = 'regatta.lock';

/** The digest of a tag, with its position in the lock. */
export interface LockedImage {
  /** The digest, `sha256:…`. */
  readonly digest: string;
  readonly at: () => Position;
}

/** Locked images, by full name: registry, path and tag. */
export type ImageLock = ReadonlyMap<string, LockedImage>;

/** Expands an image name to registry, path and tag as container tools do. Returns undefined if the name has a digest. */
export function fullImage(image: string): string | undefined {
  if (image.includes('@')) return undefined;
  const slash = image.indexOf('/');
  const first = image.slice(0, Math.max(0, slash));
  const hasRegistry = /[.:]/.test(first) || first === 'localhost';
  const path = hasRegistry ? image : `docker.io/${slash < 0 ? 'library/' : ''}${image}`;
  const hasTag = path.lastIndexOf(':') > path.lastIndexOf('/');
  return hasTag ? path : `${path}:latest`;
}

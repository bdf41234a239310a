/** `regatta.lock`: which content a tag of an image stands for. */
import type { Position } from './diagnostic.ts';

/** The optional file of locked images at the top of a fleet repository. */
export const lockFile = 'regatta.lock';

/** What a tag stands for, and where the lock says so. */
export interface LockedImage {
  /** `sha256:…` */
  readonly digest: string;
  readonly at: () => Position;
}

/** By the full names of images: registry, path and tag. */
export type ImageLock = ReadonlyMap<string, LockedImage>;

/** The full name of an image, as container tools read it; undefined of one that has a digest. */
export function fullImage(image: string): string | undefined {
  if (image.includes('@')) return undefined;
  const slash = image.indexOf('/');
  const first = image.slice(0, Math.max(0, slash));
  const hasRegistry = /[.:]/.test(first) || first === 'localhost';
  const path = hasRegistry ? image : `docker.io/${slash < 0 ? 'library/' : ''}${image}`;
  const hasTag = path.lastIndexOf(':') > path.lastIndexOf('/');
  return hasTag ? path : `${path}:latest`;
}

import type { ClusterObject } from '#model/binding.ts';
import { fullImage, type ImageLock, type LockedImage } from '#model/image-lock.ts';
import type { KubeObject } from '#model/object.ts';

/** Appends `@<digest>` to the container images whose digests are in the lock. Other images stay as they are. */
export function pinImages(
  objects: readonly ClusterObject[],
  lock: ImageLock,
): readonly ClusterObject[] {
  if (lock.size === 0) return objects;
  const known = new Map<KubeObject, KubeObject>();
  return objects.map((entry) => {
    const object = known.get(entry.object) ?? (pinned(entry.object, lock) as KubeObject);
    known.set(entry.object, object);
    return { ...entry, object };
  });
}

/** Names of the fields that contain containers. The fields may be at any depth of an object. */
const containerLists = new Set(['containers', 'initContainers', 'ephemeralContainers']);

/** Returns a copy of the value with pinned images, or the same reference if no image changes. */
function pinned(value: unknown, lock: ImageLock): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, member]): [string, unknown] => [
    key,
    containerLists.has(key) && Array.isArray(member)
      ? member.map((container) => pinnedContainer(container, lock))
      : pinned(member, lock),
  ]);
  const given: Readonly<Record<string, unknown>> = value as Readonly<Record<string, unknown>>;
  if (entries.every(([key, member]) => member === given[key])) return value;
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}

function pinnedContainer(container: unknown, lock: ImageLock): unknown {
  const image = imageOf(container);
  const digest = image === undefined ? undefined : lock.get(fullImage(image) ?? '')?.digest;
  return digest === undefined ? container : { ...Object(container), image: `${image}@${digest}` };
}

function imageOf(container: unknown): string | undefined {
  const { image } = Object(container);
  return typeof image === 'string' && image !== '' ? image : undefined;
}

/** Returns the images in an object's containers that have no digest, without repetitions. */
export function unpinnedImages(object: KubeObject): readonly string[] {
  return [...new Set(imagesIn(object))].filter((image) => fullImage(image) !== undefined);
}

/** An image that the lock pins. */
export interface PinnedImage {
  /** The name that the author wrote, without the digest. */
  readonly image: string;
  readonly locked: LockedImage;
}

/** Returns the images in an object's containers whose digest is that of the lock, without repetitions. */
export function pinnedImages(object: KubeObject, lock: ImageLock): readonly PinnedImage[] {
  return [...new Set(imagesIn(object))].flatMap((found) => {
    const [image = '', digest] = found.split('@');
    const locked = lock.get(fullImage(image) ?? '');
    return locked !== undefined && locked.digest === digest ? [{ image, locked }] : [];
  });
}

function* imagesIn(value: unknown): Iterable<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    const isList = containerLists.has(key) && Array.isArray(member);
    if (isList) yield* member.flatMap((container) => imageOf(container) ?? []);
    else yield* imagesIn(member);
  }
}

import type { Report } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { fullImage, type ImageLock, type LockedImage, lockFile } from '#model/image-lock.ts';
import { pointerTo } from '#model/pointer.ts';
import type { SourceLock } from '#model/remote-source.ts';
import { checkShape } from './check.ts';
import { type RawObject, readMap, type SourceText } from './documents.ts';
import { lock } from './schema/lock.ts';

/** Returns the images of regatta.lock; none if the file is absent or faulty. Reports a faulty file. */
export function parseLock(source: SourceText | undefined, report: Report): ImageLock {
  const read = source && readMap(source, report);
  if (read === undefined) return new Map();
  return imagesOf(checkShape(lock, read, 'Lock', report)?.images ?? {}, read.at, report);
}

/** Returns the remote sources of regatta.lock. `parseLock` reports its faults. */
export function readSourceLock(files: FileMap): SourceLock {
  const text = files.get(lockFile);
  const read = typeof text === 'string' ? readMap({ file: lockFile, text }, () => {}) : undefined;
  const given = read && checkShape(lock, read, 'Lock', () => {});
  return new Map(Object.entries(given?.sources ?? {}));
}

/** Reports an image that the lock pins to two digests under two spellings of its name. */
function imagesOf(
  images: Readonly<Record<string, string>>,
  at: RawObject['at'],
  report: Report,
): ImageLock {
  const locked = new Map<string, LockedImage>();
  for (const [image, digest] of Object.entries(images)) {
    const name = fullImage(image) ?? image;
    const position = () => at(pointerTo(['images', image]), { key: true });
    const other = locked.get(name);
    if (other !== undefined && other.digest !== digest) {
      report({
        code: 'parse/invalid-value',
        severity: 'error',
        message: `Lock: images has ${name} twice, with two digests`,
        at: position(),
        related: [{ at: other.at(), message: `locked to ${other.digest}` }],
        hint: 'keep one of the two',
      });
    }
    locked.set(name, { digest, at: position });
  }
  return locked;
}

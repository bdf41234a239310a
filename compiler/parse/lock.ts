import type { Report } from '#model/diagnostic.ts';
import { fullImage, type ImageLock } from '#model/image-lock.ts';
import { checkShape } from './check.ts';
import { readMap, type SourceText } from './documents.ts';
import { lock } from './schema/lock.ts';

/** What regatta.lock says; nothing when there is none, or when it is faulty and reported. */
export function parseLock(source: SourceText | undefined, report: Report): ImageLock {
  const read = source && readMap(source, report);
  const images = read === undefined ? {} : (checkShape(lock, read, 'Lock', report)?.images ?? {});
  return new Map(
    Object.entries(images).map(([image, digest]) => [fullImage(image) ?? image, digest]),
  );
}

import type { FileContent, Written } from '#model/files.ts';
import { isGenerated } from '#model/rendered.ts';

/** Reports whether compile generated the existing content. */
export function isWritten(content: FileContent | Written): boolean {
  return typeof content === 'string' ? isGenerated(content) : 'digest' in content;
}

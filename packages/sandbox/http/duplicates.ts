/** Finds duplicate fields in JSON text, of which JSON.parse returns only the last. */

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** An open object with the keys seen so far, or an open list with the current position. */
interface Frame {
  /** Path of this object or list. */
  readonly path: string;
  readonly seen: Set<string> | undefined;
  key: string;
  index: number;
}

/**
 * Returns the paths of duplicate fields, such as `spec.ports[0].name`, in text order.
 *
 * @param json - text that parses as JSON
 */
export function duplicateFields(json: string): string[] {
  const found: string[] = [];
  const frames: Frame[] = [];
  let text = '';
  for (const [part] of json.matchAll(token)) {
    const frame = frames.at(-1);
    if (part.startsWith('"')) text = part;
    else if (part === '{' || part === '[') frames.push(opened(frame, part === '{'));
    else if (part === '}' || part === ']') frames.pop();
    else if (frame !== undefined) found.push(...duplicateAt(frame, part, text));
  }
  return found;
}

/** Processes a comma, or a colon after the key `text`. */
function duplicateAt(frame: Frame, part: string, text: string): string[] {
  if (part === ',') {
    frame.index++;
    return [];
  }
  frame.key = JSON.parse(text);
  const isSecond = frame.seen?.has(frame.key) ?? false;
  frame.seen?.add(frame.key);
  return isSecond ? [pathIn(frame)] : [];
}

function opened(parent: Frame | undefined, isObject: boolean): Frame {
  const path = parent === undefined ? '' : pathIn(parent);
  return { path, seen: isObject ? new Set() : undefined, key: '', index: 0 };
}

function pathIn({ path, seen, key, index }: Frame): string {
  if (seen === undefined) return `${path}[${index}]`;
  return path === '' ? key : `${path}.${key}`;
}

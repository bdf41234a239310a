/** Fields that a JSON text says twice: parsed JSON shows the last one alone. */

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** What is open around a token: an object with the keys seen, or a list with its position. */
interface Frame {
  /** How the path goes on from what is around this. */
  readonly path: string;
  readonly seen: Set<string> | undefined;
  key: string;
  index: number;
}

/**
 * Paths of the fields, as `spec.ports[0].name`, in the order of the text.
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

/** Takes a comma, or a colon after the key `text`. */
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

function opened(around: Frame | undefined, isObject: boolean): Frame {
  const path = around === undefined ? '' : pathIn(around);
  return { path, seen: isObject ? new Set() : undefined, key: '', index: 0 };
}

function pathIn({ path, seen, key, index }: Frame): string {
  if (seen === undefined) return `${path}[${index}]`;
  return path === '' ? key : `${path}.${key}`;
}

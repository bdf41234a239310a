/** Returns a text with its URL escapes decoded; the text itself if they are malformed. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

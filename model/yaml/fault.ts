/** A text is not YAML, or not what kubectl reads. `readStream` turns it into a value. */
export class YamlError extends Error {
  override name = 'YamlError';
  /** In UTF-16 code units. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

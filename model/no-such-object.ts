/** The error for a command line that names an object, a file or a line which does not exist. */
export class NoSuchObjectError extends Error {
  override name = 'NoSuchObjectError';
}

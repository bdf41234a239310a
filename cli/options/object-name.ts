import { Argument, InvalidArgumentError } from 'commander';

/** An object on the command line, without its namespace. */
export interface TypedName {
  /** A kind as kubectl accepts it. */
  readonly kind: string;
  readonly name: string;
}

/** Returns the argument that names an object as kubectl does. */
export function objectArgument(what: string, form: string = '<kind/name>'): Argument {
  return new Argument(form, `${what}, named as in kubectl: deploy/web`).argParser(parseName);
}

function parseName(text: string): TypedName {
  const [kind = '', name = '', more] = text.split('/');
  if (kind === '' || name === '' || more !== undefined) {
    throw new InvalidArgumentError('expected kind/name, such as deployment/web');
  }
  return { kind, name };
}

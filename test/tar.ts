interface Entry {
  readonly name: string;
  readonly text?: string | Buffer;
  readonly type?: string;
  readonly prefix?: string;
  /** Where a link leads. */
  readonly target?: string;
}

/** A tar archive, header by header. */
export function tarOf(...entries: readonly Entry[]): Buffer {
  const parts = entries.flatMap(({ name, text = '', type = '0', prefix = '', target = '' }) => {
    const data = Buffer.from(text as string);
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(data.length.toString(8).padStart(11, '0'), 124);
    header.write(type, 156);
    header.write(target, 157);
    header.write('ustar\0', 257);
    header.write(prefix, 345);
    return [header, data, Buffer.alloc((512 - (data.length % 512)) % 512)];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

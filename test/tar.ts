interface Entry {
  readonly name: string;
  readonly text?: string | Buffer;
  readonly type?: string;
  readonly prefix?: string;
  /** Target of a link. */
  readonly target?: string;
}

/** Returns a tar archive with these headers and their checksums. */
export function tarOf(...entries: readonly Entry[]): Buffer {
  const parts = entries.flatMap(({ name, text = '', type = '0', prefix = '', target = '' }) => {
    const data = Buffer.from(text as string);
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(data.length.toString(8).padStart(11, '0'), 124);
    header.write(type, 156);
    header.write(target, 157);
    header.write('ustar\0', 257);
    header.write('00', 263);
    header.write(prefix, 345);
    header.fill(' ', 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0`, 148);
    return [header, data, Buffer.alloc((512 - (data.length % 512)) % 512)];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

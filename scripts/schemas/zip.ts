import { inflateRawSync } from 'node:zlib';

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;

/** Reads files of a zip archive by their name in the central directory; Go modules are plain zips below 500 MB. */
export const readZip = (archive: Buffer): { readonly names: readonly string[]; read(name: string): Buffer } => {
  const entries = new Map<string, number>();
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0 || archive.readUInt32LE(end) !== endSignature) throw new Error('not a zip archive');
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    if (archive.readUInt32LE(at) !== entrySignature) throw new Error('the directory of the zip archive is broken');
    const nameLength = archive.readUInt16LE(at + 28);
    entries.set(archive.toString('utf8', at + 46, at + 46 + nameLength), at);
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return { names: [...entries.keys()].sort(), read: (name) => readEntry(archive, name, entries.get(name)) };
};

const readEntry = (archive: Buffer, name: string, entry: number | undefined): Buffer => {
  if (entry === undefined) throw new Error(`the zip archive has no ${name}`);
  const method = archive.readUInt16LE(entry + 10);
  const local = archive.readUInt32LE(entry + 42);
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const bytes = archive.subarray(start, start + archive.readUInt32LE(entry + 20));
  if (method === 0) return bytes;
  if (method === 8) return inflateRawSync(bytes);
  throw new Error(`${name} is packed by method ${method}`);
};

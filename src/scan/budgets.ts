/**
 * Largest sources that anybody looks into. A file is bounded by the 1.5 MiB that etcd stores of an object; the rest is far above
 * what this repository holds and far below what would cost a run its time or memory.
 */
export const budgets = {
  /** Bytes of one file. */
  fileBytes: 2 ** 20,
  /** Bytes of all sources that one run looks into. */
  runBytes: 64 * 2 ** 20,
  /** Files of a tree. */
  files: 50_000,
  /** Collections inside one another. */
  depth: 64,
  /** Scalars and collections of one file. */
  nodes: 200_000,
  /** The same when every alias is written out. */
  expansion: 200_000,
  /** Characters of one value. */
  scalarLength: 256 * 1024,
  /** Characters of one key: YAML 1.2 section 7.4 allows a simple key no more. */
  keyLength: 1024,
  /** Problems that are told of one file. */
  problems: 20,
} as const;

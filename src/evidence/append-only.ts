import { type EvidenceProblem, evidenceFolder } from '#model/evidence.ts';

/** Ids of contents by path: equal ids mean equal bytes. */
export type ContentIds = ReadonlyMap<string, { readonly id: string; readonly type?: string }>;

/** Whether a path is one of the records. */
export const isRecordFile = (path: string): boolean => path.startsWith(`${evidenceFolder}/`) && path.endsWith('.json');

/** Records of the base that the head changed or has no more. */
export const rewrittenRecords = (base: ContentIds, head: ContentIds): EvidenceProblem[] =>
  [...base].flatMap(([file, was]): EvidenceProblem[] => {
    if (!isRecordFile(file)) return [];
    const is = head.get(file);
    if (is === undefined) return [{ file, line: 1, message: 'takes a record away' }];
    return is.id === was.id && is.type === was.type ? [] : [{ file, line: 1, message: 'changes a record' }];
  });

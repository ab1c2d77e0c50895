import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readEvidence } from '#adapters/evidence-store.ts';
import { writeFiles } from '#adapters/files.ts';
import { sealInput } from '#evidence/append.ts';
import { envelopeFile, sha256Of } from '#evidence/envelope.ts';
import { createInspect } from '#evidence/inspect.ts';
import { recordFile } from '#evidence/places.ts';
import { verifyEvidence } from '#evidence/verify.ts';
import { forge, instant, makeKey, moveInput, ringOf } from '../support/evidence/store.ts';
import { figure, heading, repeat } from './figures.ts';

/** 54 agents in as many rings as give about 10,000 records, and a seal over all. */
const records = 10_000;
const perChain = 25;
const key = makeKey();
const keys = ringOf(key);
const files = new Map<string, Buffer>();
for (let chain = 0; chain < records / perChain; chain++) {
  let previous: string | null = null;
  for (let n = 1; n <= perChain; n++) {
    const [file, bytes] = forge(moveInput(`agent-${chain % 54}/r${Math.floor(chain / 54)}`, `move-${n}`, n), { sequence: n, previous }, key);
    previous = sha256Of(bytes);
    files.set(file, bytes);
  }
}
const seal = sealInput(files, createInspect(keys), instant(perChain + 1));
if (seal === undefined) throw new Error('nothing to seal');
files.set(recordFile('log', 1), envelopeFile({ ...seal, sequence: 1, previous: null, tool: 'bench' }, key.signer));

const folder = mkdtempSync(path.join(tmpdir(), 'ranfleet-bench-'));
try {
  writeFiles(folder, files);
  heading(`Evidence: ${files.size} records in ${records / perChain + 1} chains`);
  const seconds = await repeat(5, () => {
    const start = performance.now();
    const verdict = verifyEvidence(readEvidence(path.join(folder, 'evidence')), createInspect(keys));
    if (verdict.problems.length > 0 || verdict.records !== files.size || verdict.unsealed > 0) throw new Error(JSON.stringify(verdict).slice(0, 500));
    return (performance.now() - start) / 1000;
  });
  figure('read and verify all records', seconds, 's', 5);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

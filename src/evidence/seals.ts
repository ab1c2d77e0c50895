import { headsOf, type SealedHead } from '#model/evidence.ts';
import { type Chains, type Placed, recordFile, type Tell } from './places.ts';

/** One seal, and when the seal before it was made; empty for the first. */
interface Seal {
  readonly placed: Placed;
  readonly before: string;
}

type Index = ReadonlyMap<string, ReadonlyMap<number, Placed>>;

/** Every sealed head must stand, and no key may add what came after its end. Returns how far each chain is sealed. */
export const checkSeals = (chains: Chains, tell: Tell): Map<string, number> => {
  const sealed = new Map<string, number>();
  const index: Index = new Map([...chains].map(([chain, records]) => [chain, new Map(records.map((p) => [p.record.sequence, p]))]));
  let before = '';
  for (const placed of chains.get('log') ?? []) {
    checkLateKey(placed, before, tell);
    checkHeads({ placed, before }, sealed, index, tell);
    if (placed.record.kind === 'seal') before = placed.record.time;
  }
  const open = [...chains].flatMap(([chain, records]) => (chain === 'log' ? [] : records.filter((p) => p.record.sequence > (sealed.get(chain) ?? 0))));
  for (const placed of open) checkLateKey(placed, before, tell);
  return sealed;
};

const checkHeads = (seal: Seal, sealed: Map<string, number>, index: Index, tell: Tell): void => {
  for (const [chain, head] of Object.entries(headsOf(seal.placed.record))) {
    const from = sealed.get(chain) ?? 0;
    if (head.sequence <= from) tell(seal.placed.file, `seals ${chain} at record ${head.sequence}, which an earlier seal passed already`);
    checkHead({ chain, head, from }, seal, index, tell);
    sealed.set(chain, Math.max(from, head.sequence));
  }
};

const checkHead = ({ chain, head, from }: { chain: string; head: SealedHead; from: number }, seal: Seal, index: Index, tell: Tell): void => {
  const records = index.get(chain);
  const found = records?.get(head.sequence);
  if (found === undefined) tell(recordFile(chain, head.sequence), `is gone or broken, and ${seal.placed.file} seals it`);
  else if (found.hash !== head.sha256) tell(found.file, `is not the record that ${seal.placed.file} seals`);
  for (let sequence = from + 1; sequence <= head.sequence; sequence++) {
    const placed = records?.get(sequence);
    if (placed === undefined) break;
    if (placed.record.time > seal.placed.record.time) tell(seal.placed.file, `seals ${placed.file}, which is later than the seal`);
    checkLateKey(placed, seal.before, tell);
  }
};

/** A key that ended may not add what an earlier seal did not see: whoever finds it later could date a record back. */
const checkLateKey = ({ file, key }: Placed, seal: string, tell: Tell): void => {
  if (key.validUntil !== undefined && key.validUntil <= seal)
    tell(file, `is signed by the key ${key.id}, which ended at ${key.validUntil}; the seal of ${seal} did not know the record, so it was dated back`);
};

import { type AppendSetup, appendRecord } from '#evidence/append.ts';
import { isRecordFile } from '#evidence/append-only.ts';
import { moveRecords } from '#evidence/ring-facts.ts';
import type { EvidenceFiles } from '#evidence/verify.ts';
import type { Ring } from '#model/cluster.ts';
import type { EvidenceInput, EvidenceMove } from '#model/evidence.ts';
import type { FileBytes } from '#model/forge.ts';
import type { Decision } from '#model/promotion.ts';

/** What only the caller can know of a ring, for its records and its pull requests. */
export interface RingSource {
  /** SHA-256 of what the pin of this ring renders with a release, 64 hex digits. */
  renderSha256(agent: string, ring: Ring, release: string): Promise<string>;
  readonly policySha256: string;
  /** Questions that were put to the metrics about a release in a ring. */
  observationsOf(agent: string, ring: Ring, release: string): EvidenceMove['observations'];
  /** Clusters of a ring now, so that later ones do not count. */
  clustersOf(ring: Ring): readonly string[];
}

/** What a record says beside what every record of a pin says. */
export interface Happening {
  readonly kind: 'promotion' | 'revert' | 'hold';
  readonly id: string;
  readonly agent: string;
  readonly ring: Ring;
  readonly release: string;
  readonly previousRelease?: string;
  readonly pinCommit: string;
  readonly outcome: EvidenceMove['decision']['outcome'];
  readonly reasons: readonly string[];
  readonly soak?: NonNullable<EvidenceMove['soak']>;
  readonly pull?: NonNullable<EvidenceMove['pull']>;
  readonly degraded?: boolean;
}

/** Records below the evidence folder, without its keys. */
export const recordsIn = (files: FileBytes): EvidenceFiles => new Map([...files].filter(([file]) => isRecordFile(file)));

/** An id that a record may have: a release may hold other characters. */
export const recordId = (what: string, { agent, ring, release }: Pick<Happening, 'agent' | 'ring' | 'release'>, mark: string): string =>
  `${what}:${agent}/${ring}/${release}:${mark}`.replace(/[^A-Za-z0-9._:/@-]/g, '_').slice(0, 200);

const longest = 2000;

/** The input of a record. @param at instant of the run; a record is never earlier than the one it follows */
export const inputOf = async (happening: Happening, source: RingSource, at: string): Promise<EvidenceInput> => {
  const { kind, id, agent, ring, release, previousRelease, pinCommit, outcome, soak, pull } = happening;
  const renderSha256 = await source.renderSha256(agent, ring, release);
  const reasons = happening.reasons.map((r) => r.slice(0, longest)).slice(0, 100);
  const predicate: EvidenceMove = {
    agent,
    ring,
    release,
    ...(previousRelease === undefined ? {} : { previousRelease }),
    pinCommit,
    renderSha256,
    policySha256: source.policySha256,
    decision: { outcome, reasons: reasons.length === 0 ? ['no reason was given'] : reasons },
    observations: [...source.observationsOf(agent, ring, release)],
    ...(soak === undefined ? {} : { soak }),
    clusters: [...source.clustersOf(ring)],
    ...(pull === undefined ? {} : { pull }),
  };
  const subject = [{ name: `${agent} ${release}`, digest: { sha256: renderSha256 } }];
  return { kind: happening.degraded === true ? 'break-glass' : kind, chain: `${agent}/${ring}`, id, time: at, subject, predicate, evidence: [] };
};

/**
 * The files of further records. An id that stands already adds nothing, whatever its record says: another run was faster.
 * @throws GateError GATE_EVIDENCE_BROKEN when the records do not verify, before or after
 */
export const appended = (records: EvidenceFiles, inputs: readonly EvidenceInput[], setup: AppendSetup): Map<string, Buffer> => {
  const all = new Map(records);
  const added = new Map<string, Buffer>();
  for (const input of inputs) {
    const chain = moveRecords(all, setup.inspect).filter((r) => r.inspected.record.chain === input.chain);
    if (chain.some((r) => r.inspected.record.id === input.id)) continue;
    const last = chain.at(-1)?.inspected.record.time ?? '';
    const made = appendRecord(all, { ...input, time: laterOf(last, input.time) }, setup);
    all.set(made.file, made.bytes);
    added.set(made.file, made.bytes);
  }
  return added;
};

const laterOf = (...times: readonly string[]): string => [...times].sort().at(-1) ?? '';

/** SHA-256 of what a ring rendered when it verified a release; undefined when no record says that it did. */
export const verifiedRender = (records: EvidenceFiles, setup: Pick<AppendSetup, 'inspect'>, agent: string, ring: Ring, release: string): string | undefined =>
  moveRecords(records, setup.inspect)
    .filter(({ inspected, move }) => inspected.record.kind === 'promotion' && move.soak !== undefined)
    .findLast(({ move }) => move.agent === agent && move.ring === ring && move.release === release)?.move.renderSha256;

/** A release that has gone through its soak. */
export const verifiedHappening = (decision: Decision, pinCommit: string): Happening | undefined =>
  decision.verified === null
    ? undefined
    : {
        kind: 'promotion',
        id: recordId('verified', { ...decision, release: decision.verified.release }, pinCommit.slice(0, 12)),
        agent: decision.agent,
        ring: decision.ring,
        release: decision.verified.release,
        pinCommit,
        outcome: 'allow',
        reasons: [`${decision.ring} ran it through its whole soak`, ...decision.reasons.map((r) => r.text)],
        soak: { start: decision.verified.from, end: decision.verified.until },
      };

/** A ring that failed and stays as it is, for a person to look at. */
export const holdHappening = (decision: Decision, pinCommit: string): Happening | undefined =>
  decision.action === 'hold' && decision.state === 'failed'
    ? {
        kind: 'hold',
        id: recordId('hold', { ...decision, release: decision.from }, pinCommit.slice(0, 12)),
        agent: decision.agent,
        ring: decision.ring,
        release: decision.from,
        pinCommit,
        outcome: 'undecided',
        reasons: decision.reasons.map((r) => r.text),
      }
    : undefined;

import type { FileBytes } from '#model/forge.ts';
import type { PinMove, PromotionMove, RevertMove } from '#model/promotion.ts';
import { stopFile } from '#model/stop.ts';
import { readPin, withPin } from '#promotion/pin-file.ts';
import { quarantineFile, readQuarantine, withQuarantine } from './quarantine-text.ts';

/** What a move comes to, given the files as they are now. */
export type Changes =
  | { readonly kind: 'change'; readonly files: ReadonlyMap<string, string>; readonly pins: readonly PinMove[] }
  | { readonly kind: 'nothing'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** Path of the one line that says which release of an agent a ring runs. */
export const pinFile = (agent: string, ring: string): string => `agents/${agent}/rings/${ring}/pin/kustomization.yaml`;

/** Files that decide what a move comes to. */
export const filesOf = (move: PromotionMove | RevertMove): string[] => [
  ...(move.kind === 'promotion' ? [move] : move.moves).map((m) => pinFile(m.agent, m.ring)),
  quarantineFile(move.agent),
  stopFile,
];

/**
 * A promotion is one line of one file, a revert the lines of some pins and an entry of the quarantine. Either is a compare and set: a pin that
 * does not name the release that the plan saw stays as it is. Pure.
 * @throws GateError GATE_MALFORMED with file and line for a pin or a quarantine that can not be read
 */
export const changesOf = (move: PromotionMove | RevertMove, files: FileBytes): Changes =>
  move.kind === 'promotion' ? promoted(move, files) : reverted(move, files);

const textOf = (files: FileBytes, path: string): string | undefined => files.get(path)?.toString();

const promoted = ({ agent, ring, from, to }: PromotionMove, files: FileBytes): Changes => {
  const path = pinFile(agent, ring);
  const text = textOf(files, path);
  if (text === undefined) return { kind: 'refused', reason: `${path} is not there` };
  const pin = readPin(text, path);
  if (pin.release === to) return { kind: 'nothing', reason: `${ring} has ${to} already` };
  if (pin.release !== from) return { kind: 'refused', reason: `the pin of ${ring} names ${pin.release} now, not ${from}` };
  if (pin.partition !== undefined) return { kind: 'refused', reason: `an update of ${ring} stands at partition ${pin.partition}` };
  const barred = readQuarantine(textOf(files, quarantineFile(agent)), quarantineFile(agent)).some((entry) => entry.release === to);
  if (barred) return { kind: 'refused', reason: `${to} is quarantined` };
  if (files.has(stopFile)) return { kind: 'refused', reason: `${stopFile} stops all promotions` };
  return { kind: 'change', files: new Map([[path, withPin(text, path, { release: to })]]), pins: [{ agent, ring, from, to }] };
};

const reverted = (revert: RevertMove, files: FileBytes): Changes => {
  const pins = revert.moves.filter((move) => {
    const path = pinFile(move.agent, move.ring);
    const text = textOf(files, path);
    return text !== undefined && readPin(text, path).release === move.from && move.from === revert.release;
  });
  const path = quarantineFile(revert.agent);
  const before = textOf(files, path);
  const quarantine = withQuarantine(before, path, { release: revert.release, ring: revert.ring, reason: reasonOf(revert), at: revert.notBefore });
  const isGone = pins.length === 0 && (revert.moves.length > 0 || quarantine === before);
  if (isGone) return { kind: 'nothing', reason: `no pin of the plan names ${revert.release} any more` };
  const texts = pins.map((move): [string, string] => {
    const pin = pinFile(move.agent, move.ring);
    return [pin, withPin(textOf(files, pin) ?? '', pin, { release: move.to })];
  });
  return { kind: 'change', files: new Map([...texts, ...(quarantine === before ? [] : [[path, quarantine] as const])]), pins };
};

/** Between the 10 and the 500 characters that an entry may have. */
const reasonOf = ({ ring, reasons }: RevertMove): string => `failed in ${ring}: ${reasons.map((r) => r.text).join('; ')}`.slice(0, 500);

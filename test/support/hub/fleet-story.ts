import { applyPlan } from '#apply/apply.ts';
import { pinFile } from '#apply/changes.ts';
import { quarantineFile } from '#apply/quarantine-text.ts';
import { recordsIn } from '#apply/records.ts';
import { type AppendSetup, appendRecord } from '#evidence/append.ts';
import { sha256Of } from '#evidence/envelope.ts';
import { createInspect, type Inspect } from '#evidence/inspect.ts';
import type { FileBytes, Forge, GitRemote } from '#model/forge.ts';
import type { Decision, Plan, PromotionMove, RevertMove } from '#model/promotion.ts';
import { readPin } from '#promotion/pin-file.ts';
import { instant, makeKey, moveInput, ringOf } from '../evidence/store.ts';

/** Two agents in three rings; `alpha` 1.1.0 was verified in w0 and is on its way. */
export const agents = ['alpha', 'beta'] as const;
export const ringsOfStory = ['w0', 'w1', 'w2'] as const;
type StoryRing = (typeof ringsOfStory)[number];

const key = makeKey();
const plainInspect = createInspect(ringOf(key));
const known = new Map<string, ReturnType<Inspect>>();

/** The real check of signatures; the same bytes are looked at once, however many repositories hold them. */
export const inspect: Inspect = (bytes) => {
  const text = bytes.toString('latin1');
  const found = known.get(text) ?? plainInspect(bytes);
  known.set(text, found);
  return found;
};
const records: AppendSetup = { signer: key.signer, inspect, tool: 'test' };

export const pin = (release: string): Buffer =>
  Buffer.from(`# The pin.\napiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - ../../../releases/${release}\n`);

const renderOf = (agent: string, release: string): string => sha256Of(`${agent} ${release}`);

export const storyFiles = (): Map<string, Buffer> => {
  const files = new Map<string, Buffer>();
  for (const agent of agents) {
    for (const ring of ringsOfStory) files.set(pinFile(agent, ring), pin(ring === 'w0' ? '1.1.0' : '1.0.0'));
    const input = moveInput(`${agent}/w0`, `verified:${agent}`, 1, '1.1.0');
    const verified = { ...input.predicate, renderSha256: renderOf(agent, '1.1.0'), soak: { start: instant(0), end: instant(1) } };
    const made = appendRecord(recordsIn(files), { ...input, predicate: verified }, records);
    files.set(made.file, made.bytes);
  }
  return files;
};

export const releaseIn = (files: FileBytes, agent: string, ring: string): string => readPin(files.get(pinFile(agent, ring))?.toString() ?? '', 'pin').release;

const reasons = [{ code: 'story', text: 'it is told so' }];

/** What a planner would make of the pins; a bad release is known by what it did, so the story says so. */
export const planOfStory = (
  files: FileBytes,
  { at, isBad, isReady = true, approvals = 1 }: { at: number; isBad: boolean; isReady?: boolean; approvals?: number },
): Plan => {
  const promotions = agents.flatMap((agent): PromotionMove[] => {
    const isBarred = files.has(quarantineFile(agent));
    const ring = releaseIn(files, agent, 'w0') === '1.1.0' ? 'w1' : undefined;
    if (ring === undefined || isBarred || (isBad && agent === 'alpha') || releaseIn(files, agent, ring) !== '1.0.0') return [];
    return [{ kind: 'promotion', agent, ring, from: '1.0.0', to: '1.1.0', verifiedIn: 'w0', ready: isReady, reasons, approvals, breakGlass: false }];
  });
  const bad = ringsOfStory.filter((ring) => releaseIn(files, 'alpha', ring) === '1.1.0');
  const reverts: RevertMove[] =
    isBad && bad.length > 0
      ? [
          {
            kind: 'revert',
            agent: 'alpha',
            release: '1.1.0',
            ring: 'w0',
            moves: bad.map((ring) => ({ agent: 'alpha', ring, from: '1.1.0', to: '1.0.0' })),
            reasons,
            step: 0,
            notBefore: instant(at),
          },
        ]
      : [];
  const decisions = agents.flatMap((agent) => ringsOfStory.map((ring) => decisionOf(files, agent, ring)));
  return { at: instant(at), revision: 'a'.repeat(40), simulated: true, decisions, promotions, reverts, joins: [], stopped: null };
};

/** `beta` has just been verified in w2, so that a record is due whatever the pull requests do. */
const decisionOf = (files: FileBytes, agent: string, ring: StoryRing): Decision => {
  const from = releaseIn(files, agent, ring);
  const verified = agent === 'beta' && ring === 'w2' ? { release: from, from: instant(1), until: instant(2) } : null;
  return { agent, ring, action: 'wait', state: 'soaking', from, to: null, reasons, verified };
};

/** One run of the applier over ports of any kind. */
export const runStory = (plan: Plan, remote: GitRemote, forge: Forge | undefined): ReturnType<typeof applyPlan> =>
  applyPlan(
    plan,
    {
      remote,
      branch: 'main',
      forge,
      records: () => records,
      source: {
        renderSha256: async (agent, _ring, release) => renderOf(agent, release),
        policySha256: sha256Of('policies'),
        observationsOf: () => [],
        clustersOf: (ring) => [`prd-${ring}`],
      },
      describe: async (move) => ({ title: `Promote ${move.agent} ${move.to} in ${move.ring}`, body: 'the body' }),
      requiredChecks: [{ name: 'verdict', app: 'github-actions' }],
      mayGoOn: () => true,
    },
    plan.at,
  );

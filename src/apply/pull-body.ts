import type { PullText } from '#model/forge.ts';
import type { PromotionMove } from '#model/promotion.ts';
import type { GateReport } from '#model/report.ts';
import { clip, markdownText } from '#report/escape.ts';
import { commentLimit, renderMarkdown } from '#report/markdown.ts';

/** Where the evidence of the ring before stands. */
interface EvidenceLink {
  readonly file: string;
  readonly renderSha256: string;
}

const countdownStart = '<!-- ranfleet-countdown -->';
const countdownEnd = '<!-- /ranfleet-countdown -->';
const countdownLimit = 6_000;
const reasonLimit = 400;

/** Title and body of the pull request of a promotion: what is still missing, what it rests on, and the gate's report of just this change. */
export const pullText = (move: PromotionMove, report: GateReport, evidence: EvidenceLink | undefined): PullText => {
  const head = [countdownOf(move), '', evidenceLine(move, evidence), ''].join('\n');
  return {
    title: `Promote ${move.agent} ${move.to} in ${move.ring}`,
    body: `${head}\n${renderMarkdown(report, { limit: commentLimit - head.length - 1 })}`,
  };
};

/** The body with its countdown as it is now, the rest as it stands; undefined where somebody took the countdown out. */
export const withCountdown = (body: string, move: PromotionMove): string | undefined => {
  const from = body.indexOf(countdownStart);
  const to = body.indexOf(countdownEnd);
  if (from !== 0 || to < from) return undefined;
  const after = countdownOf(move) + body.slice(to + countdownEnd.length);
  return after.length > commentLimit ? undefined : after;
};

const countdownOf = (move: PromotionMove): string => {
  const lines = [
    `**${markdownText(move.agent)}** in **${move.ring}**: ${markdownText(move.from)} → **${markdownText(move.to)}**${move.breakGlass ? ' · ⚠️ **break-glass**' : ''}`,
    '',
    move.ready ? 'All gates of the plan are open.' : 'It waits for:',
    ...(move.ready ? [] : move.reasons.map(reasonLine)),
    '',
    move.approvals === 0
      ? 'Nobody has to approve it. An approval replaces no gate.'
      : `${move.approvals} ${move.approvals === 1 ? 'person' : 'people'} other than the author must approve this very commit. An approval replaces no gate.`,
  ];
  return [countdownStart, clip(lines.join('\n'), countdownLimit), countdownEnd].join('\n');
};

/** Instants, no durations: the text changes only when the plan does. */
const reasonLine = ({ code, text, until }: PromotionMove['reasons'][number]): string =>
  `- \`${code.replaceAll('`', '')}\` ${markdownText(clip(text, reasonLimit))}${until === undefined ? '' : ` (until ${markdownText(until)})`}`;

const evidenceLine = ({ verifiedIn, to }: PromotionMove, evidence: EvidenceLink | undefined): string => {
  if (verifiedIn === null) return 'It is the first ring of this agent, so no ring before it has run the release.';
  if (evidence === undefined) return `No record says that ${verifiedIn} verified ${markdownText(to)}: it can not be merged.`;
  return `${verifiedIn} verified it: [${evidence.file}](../blob/HEAD/${evidence.file}), render ${evidence.renderSha256.slice(0, 12)}. Merged only while this ring renders the same.`;
};

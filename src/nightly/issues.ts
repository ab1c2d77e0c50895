import type { IssueBoard, IssueText } from '#model/issues.ts';
import { clip, markdownText } from '#report/escape.ts';
import { compareText } from '#util/order.ts';
import type { Remark } from './remark.ts';

/** GitHub takes 65536 characters of a body. */
const bodyLimit = 60_000;
const lineLimit = 500;
const fleetKey = 'fleet';
/** First characters of every marker. */
export const markerStart = '<!-- ranfleet-nightly ';

/** One issue for each agent with a remark, and one for the fleet as a whole. The same remarks give the same text. Pure. */
export const issuesFor = (remarks: readonly Remark[]): IssueText[] =>
  [...Map.groupBy(remarks, ({ agent }) => agent ?? fleetKey)]
    .sort(([a], [b]) => compareText(a, b))
    .map(([key, own]) => {
      const marker = `${markerStart}${key} -->`;
      const head = `${marker}\nFound by \`ranfleet nightly\`, which keeps this text and closes the issue when nothing is left.\n`;
      return { marker, title: `${key}: found by the nightly look`, body: clip(`${head}\n${own.map(lineOf).join('\n')}`, bodyLimit) };
    });

const lineOf = ({ code, effect, message, solution, file, line }: Remark): string => {
  const place = file === undefined ? '' : ` (${markdownText(file)}${line === undefined ? '' : `:${line}`})`;
  return `- **${effect}** \`${code}\`${place}: ${markdownText(clip(message, lineLimit))}. ${markdownText(clip(solution, lineLimit))}`;
};

export interface IssueStep {
  readonly action: 'opened' | 'updated' | 'closed';
  readonly title: string;
}

/** Brings the open issues of ours to what they should be; what is right already is left alone. Of two with one marker the older one stays. */
export const syncIssues = async (board: IssueBoard, wanted: readonly IssueText[]): Promise<IssueStep[]> => {
  const steps: IssueStep[] = [];
  const left = new Map(wanted.map((issue) => [issue.marker, issue]));
  for (const standing of await board.open()) {
    const issue = left.get(standing.marker);
    left.delete(standing.marker);
    if (issue === undefined) {
      await board.close(standing.number);
      steps.push({ action: 'closed', title: standing.title });
    } else if (issue.title !== standing.title || issue.body !== standing.body) {
      await board.update(standing.number, issue);
      steps.push({ action: 'updated', title: issue.title });
    }
  }
  for (const issue of left.values()) {
    await board.create(issue);
    steps.push({ action: 'opened', title: issue.title });
  }
  return steps;
};

import { fileHistory, repositoryRoot, resolveCommit, worktreeSnapshot } from '#adapters/git.ts';
import { loadBundle } from '#adapters/policy-bundle.ts';
import { severitiesOf } from '#gate/settle.ts';
import { type ExitCode, exitCodes, GateError } from '#model/errors.ts';
import { isBlocking } from '#model/finding.ts';
import { printable } from '#report/escape.ts';
import { findingPlace } from '#report/summary.ts';
import { dayOf } from '#util/day.ts';
import { daysBetween } from '#waiver/days.ts';
import { refusalOf, type WaiverCircumstances } from '#waiver/honour.ts';
import { readWaivers, type WaiverBook } from '#waiver/read.ts';
import { endingOf, problemsOf } from '#waiver/review.ts';
import { createRenderSetup, engineMemo } from './context.ts';
import { bundleTools, runRequest } from './gate.ts';
import type { Output } from './output.ts';

export interface WaiverOptions {
  readonly json?: boolean;
}

interface Tree {
  readonly repository: string;
  readonly commit: string;
  readonly head: ReturnType<typeof worktreeSnapshot>;
  readonly book: WaiverBook;
  readonly on: WaiverCircumstances;
}

/** `ranfleet waiver`: the waivers of the working tree. */
export const waiverCommand = async (directory: string, action: string, options: WaiverOptions, output: Output): Promise<ExitCode> => {
  if (action === 'list') return listWaivers(await readTree(directory), options, output);
  if (action === 'check') return checkWaivers(await readTree(directory), output);
  throw new GateError('GATE_USAGE', 'usage', `there is no action ${action}`, { hint: 'Actions are list and check.' });
};

const readTree = async (directory: string): Promise<Tree> => {
  const repository = repositoryRoot(directory);
  const commit = resolveCommit(repository, 'HEAD') ?? '';
  const head = worktreeSnapshot(repository);
  const setup = createRenderSetup({ cache: true });
  try {
    const { rules } = await loadBundle(head, bundleTools(setup.scratch.layout));
    const history: WaiverCircumstances['history'] = (file, folders) => fileHistory(repository, commit, file, folders);
    const book = readWaivers(head);
    return { repository, commit, head, book, on: { day: dayOf(new Date()), severities: severitiesOf(rules), approvers: book.approvers, history } };
  } finally {
    setup.scratch.clear();
  }
};

/** Exits with 1 when a waiver can not be honoured for a reason that does not pass by itself. */
const checkWaivers = ({ book, on }: Tree, output: Output): ExitCode => {
  const found = [...problemsOf(book, on), ...endingOf(book.entries, on)];
  for (const finding of found)
    output.print(`${finding.effect} ${finding.code}  ${findingPlace(finding)}: ${printable(finding.message)}\n    fix: ${finding.solution}\n`);
  const blocking = found.filter(isBlocking).length;
  output.print(`${book.entries.length} waivers can be read, ${found.length - blocking} warnings, ${blocking} errors.\n`);
  return blocking > 0 ? exitCodes.deny : exitCodes.allow;
};

/** Which waivers cover something is only known after the whole fleet was judged. */
const listWaivers = async ({ repository, commit, head, book, on }: Tree, { json }: WaiverOptions, output: Output): Promise<ExitCode> => {
  const request = { base: undefined, head, all: true, day: on.day };
  const findings = book.entries.length === 0 ? [] : (await runRequest(request, { repository, commit, memo: engineMemo() }, output)).report.findings;
  const used = new Set(findings.flatMap((f) => f.waiver?.id ?? []));
  const rows = book.entries.map((entry) => {
    const refusal = refusalOf(entry, on);
    const state = refusal?.code.replace('waiver.', '') ?? (used.has(entry.waiver.id) ? 'used' : 'unused');
    return { ...entry.waiver, file: entry.file, daysLeft: daysBetween(on.day, entry.waiver.effectiveUntil), state };
  });
  if (json === true) output.print(`${JSON.stringify(rows, null, 2)}\n`);
  else {
    for (const r of rows)
      output.print(`${r.id}  ${r.state}  ${r.daysLeft} days left (until ${r.effectiveUntil})  ${r.rules.join(' ')}  ${r.owner}  ${r.ticket}\n`);
    for (const problem of book.problems) output.print(`${problem.code}  ${findingPlace(problem)}: ${printable(problem.message)}\n`);
    output.print(`${rows.length} waivers, ${used.size} used.\n`);
  }
  return exitCodes.allow;
};

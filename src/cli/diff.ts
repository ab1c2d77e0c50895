import { blastRadiusOf } from '#compare/blast-radius.ts';
import { groupChanges } from '#compare/group-changes.ts';
import { readFleet } from '#fleet/read-fleet.ts';
import { examine } from '#gate/examine.ts';
import { type ExitCode, exitCodes } from '#model/errors.ts';
import { renderDiff, renderRefused } from '#report/terminal.ts';
import { dayOf } from '#util/day.ts';
import { createRenderSetup, resolveRevisions } from './context.ts';
import type { Output } from './output.ts';

export interface DiffOptions {
  readonly base?: string;
  readonly head?: string;
  readonly cache: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** `ranfleet diff`: the semantic difference and its reach, without a verdict. */
export const diffCommand = async (directory: string, options: DiffOptions, output: Output): Promise<ExitCode> => {
  const { base, head } = resolveRevisions(directory, options);
  const setup = createRenderSetup({ cache: options.cache, onProgress: (done, total) => output.progress(`rendered ${done} of ${total} roots`) });
  try {
    const { changes, reach, fleet, refused, files } = await examine({ base, head, all: false, day: dayOf(new Date()) }, { render: setup.tools, readFleet });
    if (refused.length > 0) {
      output.note(renderRefused(refused, output.paint));
      return exitCodes.deny;
    }
    const result = { base: base.label, head: head.label, files, blastRadius: blastRadiusOf(fleet, changes, reach), changes: groupChanges(changes, reach) };
    output.print(
      options.json === true ? `${JSON.stringify(result, null, 2)}\n` : renderDiff(result, { paint: output.paint, verbose: options.verbose === true }),
    );
    return exitCodes.allow;
  } finally {
    setup.scratch.clear();
  }
};

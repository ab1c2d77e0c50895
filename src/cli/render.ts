import { dump } from 'js-yaml';
import { repositoryRoot } from '#adapters/git.ts';
import { checkSources } from '#gate/source-check.ts';
import { type ExitCode, exitCodes, GateError } from '#model/errors.ts';
import { ClosureGraph } from '#render/closure.ts';
import { renderRoots } from '#render/render.ts';
import { rootsOf } from '#render/roots.ts';
import { renderRefused } from '#report/terminal.ts';
import { createMask } from '#util/masked.ts';
import { createRenderSetup, headSnapshot } from './context.ts';
import type { Output } from './output.ts';

export interface RenderOptions {
  readonly head?: string;
  readonly cache: boolean;
  readonly json?: boolean;
}

/** `ranfleet render <root>`: the objects of one root as the gate sees them, credentials masked; without a root, the list of roots. */
export const renderCommand = async (directory: string, wanted: string | undefined, options: RenderOptions, output: Output): Promise<ExitCode> => {
  const repository = repositoryRoot(directory);
  const snapshot = headSnapshot(repository, options.head);
  const roots = rootsOf(snapshot);
  if (wanted === undefined) {
    output.print(options.json === true ? `${JSON.stringify(roots, null, 2)}\n` : `${roots.map((r) => r.path).join('\n')}\n`);
    return exitCodes.allow;
  }
  const root = roots.find((r) => r.path === wanted.replace(/^\.\/|\/$/g, ''));
  if (!root) throw new GateError('GATE_NO_ROOT', 'usage', `${wanted} is not a root`, { hint: 'Run `ranfleet render` without a root to see all of them.' });
  const graph = new ClosureGraph(snapshot);
  const refused = checkSources({ head: snapshot, graph, files: [], roots: [root.path] });
  if (refused.length > 0) {
    output.note(renderRefused(refused, output.paint));
    return exitCodes.deny;
  }
  const setup = createRenderSetup({ cache: options.cache });
  try {
    const [rendered] = await renderRoots({ snapshot, graph, roots: [root] }, setup.tools);
    const mask = createMask();
    const objects = (rendered?.objects ?? []).map(mask.object);
    output.print(options.json === true ? `${JSON.stringify(objects, null, 2)}\n` : objects.map((o) => dump(o, { lineWidth: -1, noRefs: true })).join('---\n'));
    return exitCodes.allow;
  } finally {
    setup.scratch.clear();
  }
};

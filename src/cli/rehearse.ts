import { repositoryRoot } from '#adapters/git.ts';
import { readFleet } from '#fleet/read-fleet.ts';
import { type RehearseOptions as Asked, type RootRehearsal, rehearseRoot } from '#forecast/rehearse-root.ts';
import { scenarios } from '#forecast/scenario.ts';
import { findingsOf, rehearsalReports, summaryOf } from '#gate/rehearsal.ts';
import { checkSources } from '#gate/source-check.ts';
import type { ControllerVersion } from '#model/analysis.ts';
import { type ExitCode, exitCodes, GateError } from '#model/errors.ts';
import type { Finding } from '#model/finding.ts';
import type { Root } from '#model/policy.ts';
import type { Snapshot } from '#model/ports.ts';
import type { Replay } from '#rehearse/replay.ts';
import { ClosureGraph } from '#render/closure.ts';
import { renderRoots } from '#render/render.ts';
import { rootsOf } from '#render/roots.ts';
import { printable } from '#report/escape.ts';
import { rehearsalLines } from '#report/rehearsal.ts';
import { renderRefused } from '#report/terminal.ts';
import { formatPath } from '#util/manifest.ts';
import { createRenderSetup, forecastCache, headSnapshot } from './context.ts';
import type { Output } from './output.ts';
import { proposeDesigns } from './propose.ts';
import { readRecording, replayRecording } from './replay.ts';

export interface RehearseOptions {
  readonly head?: string;
  readonly ring?: string;
  /** One name or several. */
  readonly scenario?: string | readonly string[];
  readonly replications: number;
  readonly seed: string | number;
  readonly cache: boolean;
  readonly json?: boolean;
  /** File of a recorded rollout. */
  readonly replay?: string;
  readonly propose?: boolean;
  readonly controller: string | number;
}

/** `ranfleet rehearse [agent]`: what the rollouts of an agent, or of all, would do, ring by ring; or, with a recording, whether the rehearsal does what it shows. */
export const rehearseCommand = async (directory: string, named: string | undefined, options: RehearseOptions, output: Output): Promise<ExitCode> => {
  const asked = askedOf(options, output);
  const recording = options.replay === undefined ? undefined : readRecording(options.replay);
  const agent = named ?? recording?.agent;
  const snapshot = headSnapshot(repositoryRoot(directory), options.head);
  const fleet = readFleet(snapshot);
  if (agent !== undefined && !fleet.agents.has(agent))
    throw new GateError('GATE_NO_AGENT', 'usage', `there is no agent ${agent}`, { hint: `Agents: ${[...fleet.agents.keys()].join(' ')}` });
  const roots = rootsOf(snapshot).filter(
    (root) => root.kind === 'agent' && (agent === undefined || root.agent === agent) && (options.ring === undefined || root.ring === options.ring),
  );
  if (roots.length === 0)
    throw new GateError('GATE_NO_ROOT', 'usage', `${agent ?? 'the fleet'} has no root in ring ${options.ring}`, {
      hint: 'Leave --ring away to rehearse all rings.',
    });
  const graph = new ClosureGraph(snapshot);
  const refused = checkSources({ head: snapshot, graph, files: [], roots: roots.map(({ path }) => path) });
  if (refused.length > 0) {
    output.note(renderRefused(refused, output.paint));
    return exitCodes.deny;
  }
  const rendered = await renderAll(snapshot, graph, recording ? roots.slice(0, 1) : roots, options, output);
  if (options.propose === true) return proposeDesigns(snapshot, rendered, fleet, options.json === true, output);
  if (recording) return tellReplay(replayRecording(rendered[0]?.objects ?? [], recording), options, output);
  return tell(
    rendered.flatMap((root) => rehearseRoot(root, fleet, asked)),
    options,
    output,
  );
};

const askedOf = ({ scenario, replications, seed, cache, controller }: RehearseOptions, output: Output): Asked => {
  const only = scenario === undefined ? undefined : new Set([scenario].flat().map(String));
  const unknown = [...(only ?? [])].find((name) => !scenarios.some((one) => one.name === name));
  if (unknown !== undefined)
    throw new GateError('GATE_NO_SCENARIO', 'usage', `there is no scenario ${unknown}`, { hint: `Scenarios: ${scenarios.map(({ name }) => name).join(' ')}` });
  if (!Number.isInteger(replications) || replications < 1 || replications > 1_000_000)
    throw new GateError('GATE_USAGE', 'usage', `--replications ${replications} is no number from 1 to 1000000`, { hint: 'The default is 3000.' });
  return {
    replications,
    seed: String(seed),
    version: versionOf(String(controller)),
    ...(only ? { only } : {}),
    ...(cache ? { recall: forecastCache() } : {}),
    onScenario: (name) => output.progress(`rehearsing ${name}`),
  };
};

/** The command line reads 1.10 as a number, which is 1.1. */
const versionOf = (controller: string): ControllerVersion => {
  const version = { '1.9': '1.9', '1.10': '1.10', '1.1': '1.10' } as const;
  const known = version[controller as keyof typeof version];
  if (known === undefined)
    throw new GateError('GATE_USAGE', 'usage', `the simulator does not know Argo Rollouts ${controller}`, { hint: 'It knows 1.9 and 1.10.' });
  return known;
};

const renderAll = async (snapshot: Snapshot, graph: ClosureGraph, roots: readonly Root[], { cache }: RehearseOptions, output: Output) => {
  const setup = createRenderSetup({ cache, onProgress: (done, total) => output.progress(`rendered ${done} of ${total} roots`) });
  try {
    return await renderRoots({ snapshot, graph, roots }, setup.tools);
  } finally {
    setup.scratch.clear();
  }
};

const tell = (rehearsals: readonly RootRehearsal[], { json }: RehearseOptions, output: Output): ExitCode => {
  const reports = rehearsalReports(rehearsals);
  const findings = findingsOf(rehearsals);
  if (json === true) output.print(`${JSON.stringify({ rehearsals: reports, findings }, null, 2)}\n`);
  else
    output.print(
      `${[...(rehearsals.length === 0 ? ['No root that was asked for has a Rollout.'] : []), ...reports.flatMap((report) => textOf(report, output)), ...findings.flatMap((finding) => findingText(finding, output))].join('\n')}\n`,
    );
  if (findings.some(({ effect }) => effect === 'undecided')) return exitCodes.undecided;
  return findings.some(({ effect }) => effect === 'deny') ? exitCodes.deny : exitCodes.allow;
};

const tellReplay = (replayed: Replay, { json }: RehearseOptions, output: Output): ExitCode => {
  const { moments, farthest, differences, trace } = replayed;
  const course = trace.events.map(
    ({ at, phase, step, aborted, exposure, message }) =>
      `  ${at.toFixed(1).padStart(7)} s  step ${step ?? '-'}  ${phase}${aborted ? ' (aborted)' : ''}  exposed ${(100 * exposure).toFixed(0)} %  ${message}`,
  );
  const verdict = differences.length === 0 ? output.paint.green('equal') : output.paint.red('different');
  if (json === true) output.print(`${JSON.stringify(replayed, null, 2)}\n`);
  else
    output.print(
      `${[...course.map(printable), `${verdict}: ${moments} moments of the recording, waits at most ${farthest.toFixed(1)} s apart`, ...differences.map((text) => `  ${printable(text)}`)].join('\n')}\n`,
    );
  return differences.length === 0 ? exitCodes.allow : exitCodes.deny;
};

const textOf = (report: ReturnType<typeof rehearsalReports>[number], { paint }: Output): string[] => {
  const [basis = '', ...lines] = rehearsalLines(summaryOf(report)).map(printable);
  return [paint.bold(basis), paint.dim(`  ${printable(report.roots.join(' '))}`), ...lines, ''];
};

const findingText = ({ effect, code, roots, path, message, solution }: Finding, { paint }: Output): string[] => [
  `${effect === 'deny' ? paint.red(effect) : paint.yellow(effect)} ${paint.bold(code)}  ${printable(`${roots.join(' ')} ${formatPath(path)}`)}`,
  `    ${printable(message)}`,
  `    fix: ${printable(solution)}`,
];

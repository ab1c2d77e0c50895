import cac from 'cac';
import { type ExitCode, exitCodes } from '#model/errors.ts';
import type { AgentOptions } from './agent.ts';
import type { CertifyOptions } from './certify.ts';
import type { ClusterOptions } from './cluster.ts';
import type { DiffOptions } from './diff.ts';
import type { EvidenceOptions } from './evidence.ts';
import type { ExplainOptions } from './explain.ts';
import type { GateOptions } from './gate.ts';
import type { GenerateOptions } from './generate.ts';
import { githubCommands } from './github-commands.ts';
import type { JudgeOptions } from './judge.ts';
import type { LocalOptions } from './local.ts';
import { createOutput, surviveLostReaders } from './output.ts';
import type { PublishOptions } from './publish.ts';
import type { RehearseOptions } from './rehearse.ts';
import type { RenderOptions } from './render.ts';
import { reportError } from './report-error.ts';
import { ringCommands } from './ring-commands.ts';
import type { TestOptions } from './test.ts';
import type { VerifyOptions } from './verify.ts';
import type { WaiverOptions } from './waiver.ts';

surviveLostReaders(process);
const output = createOutput(process.stdout, process.stderr, process.env);
const cli = cac('ranfleet');

const run = (command: () => Promise<ExitCode> | ExitCode) => async (): Promise<void> => {
  process.exitCode = await command();
};

cli
  .command('gate', 'Say what a change does, where, and whether it is allowed')
  .option('--base <rev>', 'Compare with this revision (default: where the head left main)')
  .option('--head <rev>', 'Judge this revision (default: the working tree)')
  .option('--worktree', 'Judge the working tree, the default')
  .option('--all', 'Judge every root of the fleet, not only what changed')
  .option('--json <file>', 'Write the whole report as JSON')
  .option('--markdown <file>', 'Write the report as a pull-request comment that always fits')
  .option('--html <file>', 'Write the report as one HTML file with diffs and a map of the blast radius')
  .option('--sarif <file>', 'Write the findings as SARIF 2.1.0, for code scanning')
  .option('--junit <file>', 'Write the findings as JUnit XML')
  .option('--summary <file>', 'Write the summary page of a job (default: what GITHUB_STEP_SUMMARY names, if anything)')
  .option('--effective-time <time>', 'Judge as on this day, YYYY-MM-DD or RFC 3339 (default: today, UTC)')
  .option('--allow-past-effective-time', 'Let --effective-time name a day that is over')
  .option('--no-cache', 'Render everything anew')
  .option('--verbose', 'Show every changed value and all cluster names')
  .action((options: GateOptions) => run(async () => (await import('./gate.ts')).gateCommand(process.cwd(), options, output))());

cli
  .command('diff', 'Show what a change does, without a verdict')
  .option('--base <rev>', 'Compare with this revision (default: where the head left main)')
  .option('--head <rev>', 'Take this revision (default: the working tree)')
  .option('--json', 'Print JSON')
  .option('--no-cache', 'Render everything anew')
  .option('--verbose', 'Show every changed value and all cluster names')
  .action((options: DiffOptions) => run(async () => (await import('./diff.ts')).diffCommand(process.cwd(), options, output))());

cli
  .command('render [root]', 'Print the objects of one root; without one, list the roots')
  .option('--head <rev>', 'Take this revision (default: the working tree)')
  .option('--json', 'Print JSON')
  .option('--no-cache', 'Render anew')
  .action((root: string | undefined, options: RenderOptions) =>
    run(async () => (await import('./render.ts')).renderCommand(process.cwd(), root, options, output))(),
  );

cli
  .command('explain <finding>', 'Explain a rule (area.rule) or one finding (its fingerprint)')
  .option('--base <rev>', 'The base of the run that found it')
  .option('--head <rev>', 'The head of the run that found it')
  .action((finding: string, options: ExplainOptions) =>
    run(async () => (await import('./explain.ts')).explainCommand(process.cwd(), String(finding), options, output))(),
  );

cli
  .command('rehearse [agent]', 'Say what the rollouts of an agent, or of all, would do: what they catch, whom they cost, how long they take')
  .option('--ring <ring>', 'Only this ring (default: all)')
  .option('--scenario <name>', 'Only this scenario; may be repeated (default: all)')
  .option('--controller <version>', 'Version of Argo Rollouts: 1.9 or 1.10', { default: '1.10' })
  .option('--replay <file>', 'Play a recorded rollout, and say where the rehearsal differs from it')
  .option('--propose', 'Search stages of the judge that see errors double, and print the patch of the one that exposes least')
  .option('--replications <n>', 'Rehearsals of each scenario', { default: 3000 })
  .option('--seed <text>', 'Decides every random draw', { default: 'rehearse' })
  .option('--head <rev>', 'Take this revision (default: the working tree)')
  .option('--json', 'Print JSON, with the curves')
  .option('--no-cache', 'Render and rehearse everything anew')
  .action((agent: string | undefined, options: RehearseOptions) =>
    run(async () => (await import('./rehearse.ts')).rehearseCommand(process.cwd(), agent, options, output))(),
  );

cli
  .command('certify', 'Say of each hazard whether the change can be taken back: proven safe, unsafe with the line, or unproven')
  .option('--base <rev>', 'Compare with this revision (default: where the head left main)')
  .option('--head <rev>', 'Judge this revision (default: the working tree)')
  .option('--root <path>', 'Only the unit of this root')
  .option('--json', 'Print JSON')
  .option('--no-cache', 'Render everything anew')
  .option('--verbose', 'Show what is proven safe, too, and by what')
  .action((options: CertifyOptions) => run(async () => (await import('./certify.ts')).certifyCommand(process.cwd(), options, output))());

cli
  .command('test [...templates]', 'Run the tests of AnalysisTemplates, and change each limit to see that they notice')
  .option('--head <rev>', 'Take this revision (default: the working tree)')
  .option('--json', 'Print JSON')
  .action((templates: string[], options: TestOptions) => run(async () => (await import('./test.ts')).testCommand(process.cwd(), templates, options, output))());

cli
  .command('generate', 'Write every file that follows from the facts')
  .option('--check', 'Write nothing; exit 1 when a file is not up to date')
  .action((options: GenerateOptions) => run(async () => (await import('./generate.ts')).generateCommand(process.cwd(), options, output))());

cli
  .command('agent <action> <name>', 'new: scaffold an agent in the first ring. revise: make its next configuration and release')
  .option('--digest <digest>', 'Image digest, sha256:<64 hex digits>')
  .option('--facts <file>', 'new: take the facts from this agent.yaml')
  .option('--owner <team>', 'new: owning team, like @norvik/ran-quality')
  .option('--group <group>', 'new: group of the agent')
  .option('--tier <tier>', 'new: R read-only, A advisory, W write (W needs --facts)')
  .option('--state <state>', 'new: S stateless, M memory, V volume')
  .option('--summary <text>', 'new: one sentence')
  .option('--place <place>', 'new: where it runs, like region=2x250m/512Mi; may be repeated')
  .option('--release <version>', 'revise: version of the release, like 1.1.0')
  .action((action: string, name: string, options: AgentOptions) =>
    run(async () => (await import('./agent.ts')).agentCommand(process.cwd(), action, name, options, output))(),
  );

cli
  .command(
    'cluster <action> <name>',
    'new: scaffold a cluster, named <dev|stg|prd>-<hub|region|edge>-... rejoin: it was built anew. joined: follow the pins again',
  )
  .option('--agent <agent>', 'joined: only this agent; may be repeated (default: all that join)')
  .option('--wave <ring>', 'Ring that it joins')
  .option('--hub <cluster>', 'Hub that owns it')
  .option('--country <code>', 'ISO 3166 country code')
  .option('--residency <zone>', 'Residency zone, like EU/DE')
  .option('--vendor <share>', 'Vendor and share of cells, like nokia=70; may be repeated')
  .option('--cells <n>', 'Number of cells')
  .option('--time-zone <zone>', 'IANA time zone')
  .option('--nodes <nodes>', 'Nodes, cores and GiB of each, like 6x16x64')
  .option('--tracking-area <code>', 'Tracking area code; may be repeated')
  .action((action: string, name: string, options: ClusterOptions) =>
    run(async () => (await import('./cluster.ts')).clusterCommand(process.cwd(), action, name, options, output))(),
  );

cli
  .command('publish <report>', 'Tell GitHub what a run of the gate said: check run, comment, code scanning')
  .option('--pull <n>', 'Pull request; leave it out in a merge queue')
  .option('--head <sha>', 'Commit that the check belongs to, all 40 digits')
  .option('--judged <sha>', 'Commit that was judged, all 40 digits: the trial merge on GitHub')
  .option('--sarif <file>', 'Hand this SARIF file to code scanning')
  .option('--login <name>', 'Account whose comments are ours', { default: 'github-actions[bot]' })
  .action((report: string, options: PublishOptions) => run(async () => (await import('./publish.ts')).publishCommand(report, options, process.env, output))());

cli
  .command('waiver <action>', 'list: all waivers, days left, used or not. check: what is wrong with them')
  .option('--json', 'list: print JSON')
  .action((action: string, options: WaiverOptions) => run(async () => (await import('./waiver.ts')).waiverCommand(process.cwd(), action, options, output))());

ringCommands(cli, run, output);
githubCommands(cli, run, output);

cli
  .command('judge [action]', 'Say whether a canary or a pilot did harm, from --input; serve: answer AnalysisRuns from Prometheus')
  .option('--input <file>', 'Counts, guardrails and KPI cycles as JSON, as in docs/judge.md; - for standard input')
  .option('--json', 'Print the whole verdict with its evidence')
  .option('--prometheus <url>', 'serve: where the counters are')
  .option('--host <address>', 'serve: address to listen on', { default: '127.0.0.1' })
  .option('--port <n>', 'serve: port to listen on, 0 for any', { default: 0 })
  .action((action: string | undefined, options: JudgeOptions) => run(async () => (await import('./judge.ts')).judgeCommand(action, options, output))());

cli
  .command('verify', 'Verify the evidence: signatures, chains, seals. Needs no network and trusts nothing but the keys')
  .option('--evidence <folder>', 'Folder of the records (default: evidence)')
  .option('--keys <file>', 'Your own copy of the public keys (default: keys.yaml of the folder)')
  .option('--head <hash>', 'Head of the log that you noted earlier: it and all that it rests on must be there')
  .option('--base <rev>', 'With git: no record of this revision may have changed')
  .option('--json', 'Print JSON')
  .action((options: VerifyOptions) => run(async () => (await import('./verify.ts')).verifyCommand(process.cwd(), options, output))());

cli
  .command('evidence <action> [file]', 'keygen <private key>, record <input>, seal, summary <gate report>: make keys and signed records')
  .option('--evidence <folder>', 'Folder of the records (default: evidence)')
  .option('--keys <file>', 'Public keys (default: keys.yaml of the folder)')
  .option('--key <file>', 'record, seal: private key, Ed25519, PEM')
  .option('--commit <sha>', 'summary: the merged commit, full id')
  .option('--tree <sha>', 'summary: its tree, full id')
  .option('--resource <uri>', 'summary: the repository, like git+https://example.com/fleet.git')
  .option('--verifier <uri>', 'summary: who verified')
  .action((action: string, file: string | undefined, options: EvidenceOptions) =>
    run(async () => (await import('./evidence.ts')).evidenceCommand(process.cwd(), action, file, options, output))(),
  );

cli
  .command('local <action> [part]', 'up, status, down, logs <part>, inject, metrics: a real control plane on loopback, with simulated pods')
  .option('--cluster <name>', 'up: cluster whose overlay is applied', { default: 'prd-region-se-north-01' })
  .option('--state <folder>', 'Scratch folder (default: .cache/local)')
  .option('--follow <folder>', 'up: serve the repository of the control plane in this scratch folder, as it moves')
  .option('--time-scale <n>', 'up: divide the durations of canaries and analyses', { default: 20 })
  .option('--seed <n>', 'up: seed of the simulated metrics', { default: 1 })
  .option('--bare', 'up: start the control plane without any Application')
  .option('--json', 'status: print JSON')
  .option('--lines <n>', 'logs: how many lines', { default: 40 })
  .option('--image <part>', 'inject: the release, by a part of its image reference')
  .option('--errors <factor>', 'inject: error ratio times this')
  .option('--latency <factor>', 'inject: decision latency times this')
  .option('--crash', 'inject: the container ends at once, again and again; needs the whole image reference')
  .option('--missing', 'inject: no metrics at all')
  .option('--nan', 'inject: metrics that are not numbers')
  .option('--silent', 'inject: counters that never move')
  .option('--clear', 'inject: end all simulated faults')
  .action((action: string, part: string | undefined, options: LocalOptions) =>
    run(async () => (await import('./local.ts')).localCommand(process.cwd(), action, part, options, output))(),
  );

cli.help();
cli.version('0.1.0');

/** The parser takes a lone dash for no value; joined to its option it is one. */
const withStandardInput = (argv: readonly string[]): string[] =>
  argv.flatMap((word, at) => (word === '--input' && argv[at + 1] === '-' ? ['--input=-'] : word === '-' && argv[at - 1] === '--input' ? [] : [word]));

try {
  cli.parse(withStandardInput(process.argv), { run: false });
  if (!cli.matchedCommand && !cli.options['help'] && !cli.options['version']) {
    cli.outputHelp();
    process.exitCode = exitCodes.usage;
  } else {
    await cli.runMatchedCommand();
  }
} catch (error) {
  process.exitCode = reportError(error, output);
}

import type { CAC } from 'cac';
import type { ExitCode } from '#model/errors.ts';
import type { ObserveOptions } from './observe.ts';
import type { Output } from './output.ts';
import type { PromoteOptions } from './promote.ts';
import type { SimulateOptions } from './simulate.ts';

type Run = (command: () => Promise<ExitCode> | ExitCode) => () => Promise<void>;

/** The commands that look at the rings, plan for them and carry plans out. */
export const ringCommands = (cli: CAC, run: Run, output: Output): void => {
  observe(cli, run, output);
  promote(cli, run, output);
  simulate(cli, run, output);
};

const observe = (cli: CAC, run: Run, output: Output): void => {
  cli
    .command('observe', 'Look at Argo CD, Argo Rollouts and the pods of the clusters, and write down what they show')
    .option('--out <file>', 'Observation log to write')
    .option('--append', 'Add to the log that is there')
    .option('--keep <hours>', 'Samples older than this go from the log', { default: 168 })
    .option('--kubeconfig <file>', 'How the clusters are reached (default: $KUBECONFIG)')
    .option('--context <cluster=context>', 'Which context is which cluster; may be repeated (default: contexts named like clusters)')
    .option('--hub <hub=context>', 'Where the Argo CD of a hub is, when not on the cluster of that name; may be repeated')
    .option('--plane <folder>', 'Look at a local control plane, by its scratch folder')
    .option('--prometheus <address>', 'Metrics of all clusters, told apart by the label `cluster`: alarms, incidents, and what judges each soak in the log')
    .option('--head <rev>', 'Git as it is at this revision (default: HEAD)')
    .option('--watch <seconds>', 'Look again and again')
    .option('--json', 'Print the samples')
    .action((options: ObserveOptions) => run(async () => (await import('./observe.ts')).observeCommand(process.cwd(), options, process.env, output))());
};

const promote = (cli: CAC, run: Run, output: Output): void => {
  cli
    .command('promote', 'Say what is due in every ring: promotions, ways back, what waits and until when')
    .option('--plan', 'Print the plan, and do nothing')
    .option('--apply', 'Carry the plan out: ways back, records, promotions')
    .option('--reverts-only', 'apply: only ways back')
    .option('--remote <address>', 'apply: repository with the branch that the clusters follow')
    .option('--branch <name>', 'apply: that branch', { default: 'main' })
    .option('--github <owner/name>', 'apply: promotions are pull requests there, with the token of $GITHUB_TOKEN; without it, commits')
    .option('--key <file>', 'apply: private key that signs the records; without it only ways back are taken')
    .option('--watch <seconds>', 'apply: look, plan and carry out, again and again')
    .option('--plane <folder>', 'watch: look at a local control plane, by its scratch folder')
    .option('--kubeconfig <file>', 'watch: how the clusters are reached (default: $KUBECONFIG)')
    .option('--context <cluster=context>', 'watch: which context is which cluster; may be repeated')
    .option('--hub <hub=context>', 'watch: where the Argo CD of a hub is; may be repeated')
    .option('--prometheus <address>', 'watch: metrics of all clusters, as for `ranfleet observe`')
    .option('--observations <file>', 'Log of what was seen, as `ranfleet observe` writes it; without it nothing is known')
    .option('--head <rev>', 'Git as it is at this revision (default: HEAD)')
    .option('--at <time>', 'Plan as at this instant, RFC 3339 (default: now)')
    .option('--keys <file>', 'Your own copy of the public keys (default: those of the revision)')
    .option('--agent <agent>', 'Show only this agent')
    .option('--ring <ring>', 'Show only this ring')
    .option('--verbose', 'Show every ring on a line of its own')
    .option('--json', 'Print JSON')
    .action((options: PromoteOptions) => run(async () => (await import('./promote.ts')).promoteCommand(process.cwd(), options, process.env, output))());
};

const simulate = (cli: CAC, run: Run, output: Output): void => {
  cli
    .command('simulate', 'Replay recorded observations: what the engine would have decided, and will decide if they go on like that')
    .option('--observations <file>', 'Log of what was seen, as `ranfleet observe` writes it')
    .option('--from <time>', 'Begin at this instant, RFC 3339 (default: the first sample)')
    .option('--to <time>', 'End at this instant (default: two days after the last sample)')
    .option('--step <minutes>', 'Between two plans', { default: 15 })
    .option('--head <rev>', 'Git as it is at this revision (default: HEAD)')
    .option('--keys <file>', 'Your own copy of the public keys (default: those of the revision)')
    .option('--agent <agent>', 'Show only this agent')
    .option('--ring <ring>', 'Show only this ring')
    .option('--json', 'Print JSON')
    .action((options: SimulateOptions) => run(async () => (await import('./simulate.ts')).simulateCommand(process.cwd(), options, output))());
};

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import path from 'node:path';
import { KubeClient } from '#adapters/kube-client.ts';
import { messageOf } from '#model/errors.ts';
import { createForwardProxy } from './forward-proxy.ts';
import { answerGit } from './git-http.ts';
import { kubeconfigOf, layoutOf } from './layout.ts';
import { loopback, readPlan } from './plan.ts';
import { refreshApplications } from './refresh.ts';
import { watchMain } from './served-repository.ts';

// Serves the repository to Argo CD under the address that the fleet's Applications name, and to people under plain HTTP on loopback.
const plan = readPlan(process.argv[2] ?? '');
const { ports, root } = plan;
const layout = layoutOf(root);
const host = new URL(plan.repositoryUrl).hostname;
const kube = new KubeClient(kubeconfigOf(layout, 'refresh'));

watchMain(layout.repository, () => {
  refreshApplications(kube, plan.repositoryUrl)
    .then((count) => process.stdout.write(`pushed: ${count} Applications asked to look again\n`))
    .catch((error: unknown) => process.stderr.write(`pushed, but the Applications could not be told: ${messageOf(error)}\n`));
});

const handler = answerGit(path.join(root, 'git'));
const tls = { key: readFileSync(path.join(layout.pki, 'git.key')), cert: readFileSync(path.join(layout.pki, 'git.crt')) };
createServer(handler).listen(ports.git, loopback);
createTlsServer(tls, handler).listen(ports.gitTls, loopback);
createForwardProxy(
  new Map([
    [`${host}:443`, ports.gitTls],
    ['prometheus-k8s.monitoring.svc:9090', ports.prometheus],
  ]),
).listen(ports.proxy, loopback);
process.stdout.write(`git for ${plan.repositoryUrl} on ${loopback}:${ports.git} and :${ports.gitTls}, forward proxy on :${ports.proxy}\n`);
process.on('SIGTERM', () => process.exit(0));

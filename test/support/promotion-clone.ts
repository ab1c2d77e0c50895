import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Sample } from '#model/observation.ts';
import { FleetClone } from './fleet-clone.ts';
import { judged, later, looks, network } from './stage.ts';

const agent = 'mro-optimizer';
const release = (digest: string): string =>
  `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - ../../config/1\nimages:\n  - name: agent\n    newName: registry.norvik.example/agents/${agent}\n    digest: sha256:${digest.repeat(32)}\n`;

/** A clone of the fleet with a key for evidence and a release 1.1.0 of mro-optimizer, and the repository that it pushes to. */
export class PromotionClone {
  readonly agent = agent;
  readonly fleet = new FleetClone();
  readonly remote = mkdtempSync(path.join(tmpdir(), 'ranfleet-remote-'));
  /** Private key of the evidence. */
  readonly key = `${this.remote}.pem`;
  /** Observation log. */
  readonly log = `${this.remote}.ndjson`;
  /** When the pins got what they say, instant. */
  readonly pinnedAt: string;

  constructor() {
    const made = this.fleet.run(['evidence', 'keygen', this.key]);
    if (made.exitCode !== 0) throw new Error(made.stderr);
    const key = made.stdout
      .replace('CHANGE-ME', '"@norvik/release"')
      .replace(/kinds: .*/, 'kinds: [promotion, revert, hold, seal]')
      .replace(/validFrom: .*/, 'validFrom: 2026-01-01T00:00:00.000Z');
    this.fleet.write('evidence/keys.yaml', key);
    this.fleet.write(`agents/${agent}/releases/1.1.0/kustomization.yaml`, release('ab'));
    this.fleet.commit('A key, and a new release');
    rmSync(this.remote, { recursive: true });
    execFileSync('git', ['clone', '--quiet', '--bare', this.fleet.directory, this.remote]);
    this.pinnedAt = new Date(Number(this.git('log', '-1', '--format=%ct')) * 1000).toISOString();
  }

  /** In the repository that everybody pushes to. */
  git(...args: string[]): string {
    return execFileSync('git', ['-C', this.remote, ...args], { encoding: 'utf8' }).trim();
  }

  show(file: string): string {
    return this.git('show', `main:${file}`);
  }

  observe(...samples: readonly Sample[]): void {
    writeFileSync(this.log, [JSON.stringify({ kind: 'observations', version: 1, simulated: false }), ...samples.map((s) => JSON.stringify(s)), ''].join('\n'));
  }

  /** All agents of the laboratory have been well from then on, and their metrics are judged in the end. */
  allWell(agents: readonly string[], from: string, end: string): Sample[] {
    return [
      ...['dev-region-01', 'dev-hub-01'].flatMap((cluster) => [network(cluster, end), ...agents.flatMap((name) => looks(name, cluster, from, end))]),
      ...agents.map((name) => judged(name, 'w0', end)),
    ];
  }

  /** Agents that the laboratory has. */
  everyAgent(): string[] {
    const { stdout, stderr } = this.fleet.run(['promote', '--plan', '--json', '--ring', 'w0']);
    if (stdout === '') throw new Error(stderr);
    return (JSON.parse(stdout) as { decisions: { agent: string }[] }).decisions.map((d) => d.agent);
  }

  hoursAfterPin(hours: number): string {
    return later(this.pinnedAt, hours * 60);
  }

  close(): void {
    this.fleet.close();
    for (const each of [this.remote, this.key, this.log]) rmSync(each, { recursive: true, force: true });
  }
}

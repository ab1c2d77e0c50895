import path from 'node:path';
import { test } from 'vitest';
import { tail } from '#local/control.ts';
import type { Plane } from './plane.ts';

export interface Telling {
  /** Says what comes next; the last one is named when the story fails. */
  readonly step: (text: string) => void;
  /** Prints a measured number with the story. */
  readonly measured: (text: string) => void;
}

const logged = ['supervisor', 'argocd-application-controller', 'argocd-repo-server', 'argo-rollouts', 'kube-controller-manager', 'simulated-metrics'] as const;

/** Lines of the controllers' logs that speak of `about`; the last ones where none does. */
const evidence = (plane: Plane, about: string): string =>
  logged
    .map((part) => {
      const lines = tail(path.join(plane.layout.logs, `${part}.log`), 4000).split('\n');
      const spoken = lines.filter((line) => line.includes(about));
      return `--- ${part}\n${(spoken.length > 0 ? spoken : lines).slice(-12).join('\n')}`;
    })
    .join('\n');

/** One story: its steps, its time, and on failure the step and what the controllers said. */
export const story = (name: string, plane: () => Plane, about: string, tell: (telling: Telling) => Promise<void>, timeoutMs = 300_000): void => {
  test(
    name,
    async () => {
      const startedAt = Date.now();
      let at = 'the beginning';
      const measures: string[] = [];
      try {
        await tell({
          step: (text) => {
            at = text;
          },
          measured: (text) => measures.push(text),
        });
      } catch (error) {
        process.stderr.write(`\nstory failed: ${name}\n  at: ${at}\n${evidence(plane(), about)}\n`);
        throw error;
      }
      const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
      process.stderr.write(`story: ${name}: ${seconds} s\n${measures.map((m) => `    ${m}\n`).join('')}`);
    },
    timeoutMs,
  );
};

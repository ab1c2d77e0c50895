import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { kubeconfigOf } from '#local/layout.ts';
import type { Plane } from './plane.ts';

/** One kubeconfig with a context for each control plane, named after its cluster. */
export const mergedKubeconfig = (planes: readonly Plane[]): string => {
  const parts = planes.map(({ layout, plan: { cluster: name } }) => {
    const { clusters: [{ cluster }], users: [{ user }] } = parse(readFileSync(kubeconfigOf(layout, 'admin'), 'utf8')); // biome-ignore format: one line
    return { clusters: { name, cluster }, users: { name, user }, contexts: { name, context: { cluster: name, user: name } } };
  });
  const all = (key: 'clusters' | 'users' | 'contexts') => parts.map((part) => part[key]);
  return stringify({ apiVersion: 'v1', kind: 'Config', clusters: all('clusters'), users: all('users'), contexts: all('contexts') });
};

export const readable = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** When the log first held that a release of an agent was aborted, milliseconds. */
export const firstAbort = (file: string, agent: string, release: string): number => {
  const line = readable(file)
    .split('\n')
    .find((l) => l.includes(`"aborted":"${release}"`) && l.includes(agent));
  return line === undefined ? Number.NaN : Date.parse((JSON.parse(line) as { at: string }).at);
};

/** Ends a process and waits until it is gone. */
export const stopped = async (child: ChildProcess | undefined): Promise<void> => {
  if (child === undefined || child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
};

import Bottleneck from 'bottleneck';
import { expect, onTestFinished } from 'vitest';
import type { ClientOptions } from '#adapters/octokit.ts';
import { GitHubDouble, type Routes } from './double.ts';

/** The queues of Octokit leave one and three seconds between writes. */
export const quickPace = (): NonNullable<ClientOptions['pace']> => ({
  secondMs: 5,
  write: new Bottleneck.Group({ maxConcurrent: 1 }),
  notifications: new Bottleneck.Group({ maxConcurrent: 1 }),
});

/** A double that listens until the test ends, and must have been asked and have answered as GitHub's description says. */
export const startedDouble = async (routes: Routes): Promise<{ readonly double: GitHubDouble; readonly apiUrl: string }> => {
  const double = new GitHubDouble();
  double.routes = routes;
  const apiUrl = await double.start();
  onTestFinished(async () => {
    await double.stop();
    expect(double.violations).toEqual([]);
  });
  return { double, apiUrl };
};

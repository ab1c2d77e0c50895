import { readFileSync } from 'node:fs';
import { baseline } from './model.ts';
import { watchPods } from './pods.ts';
import { startServer } from './server.ts';
import { openSettings } from './settings.ts';
import { createSimulation } from './simulation.ts';

export interface MetricsOptions {
  /** Path of the kubeconfig file whose current context is watched. */
  readonly kubeconfig: string;
  /** Ports on 127.0.0.1 of the plain and of the secure listener. */
  readonly port: number;
  readonly securePort: number;
  /** PEM files of the secure listener. */
  readonly keyFile: string;
  readonly certificateFile: string;
  readonly seed: number;
  /** Decisions of one pod per simulated second. */
  readonly decisionsPerSecond: number;
  /** Simulated seconds per second of the clock. */
  readonly timeScale: number;
  /** JSON file that keeps regressions and loads over a restart; it need not be there yet. */
  readonly regressionsFile?: string;
}

/**
 * Simulates the metrics of every pod of a cluster until it is closed. Failures of the watch go to standard error.
 * @throws GateError GATE_MALFORMED when the regressions file can not be read; Error when the kubeconfig, the key, the certificate
 * or a port can not be used.
 */
export const startMetrics = async (options: MetricsOptions): Promise<{ close: () => Promise<void> }> => {
  const { seed, decisionsPerSecond, timeScale } = options;
  const store = openSettings(options.regressionsFile);
  const [key, certificate] = [options.keyFile, options.certificateFile].map((file) => readFileSync(file, 'utf8')) as [string, string];
  const source = watchPods({ kubeconfig: options.kubeconfig, log: (line) => process.stderr.write(`${line}\n`) });
  const simulation = createSimulation({ source, store, model: { seed, decisionsPerSecond, timeScale, baseline } });
  try {
    const server = await startServer({ source, simulation, port: options.port, securePort: options.securePort, key, certificate });
    process.stdout.write(`simulated metrics (seed ${seed}): http://127.0.0.1:${server.port}/metrics\n`);
    return {
      close: async () => {
        await Promise.all([server.close(), source.close()]);
      },
    };
  } catch (error) {
    await source.close();
    throw error;
  }
};

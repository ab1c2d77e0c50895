import { createServer, type Server } from 'node:http';
import type { MeasurementPhase } from '#model/analysis.ts';
import { answerOf, type Scenario } from '../../support/conformance/scenario.ts';

/** What the controller's web provider gets for each phase; an Error is an answer that is no success. */
const bodies: Readonly<Record<Exclude<MeasurementPhase, 'Error'>, number>> = { Successful: 1, Failed: 2, Inconclusive: 3 };

export interface MetricServer {
  /** Address below which the metrics of one namespace are served. */
  readonly urlOf: (namespace: string) => string;
  readonly close: () => Promise<void>;
}

/** Answers each measurement with the next letter of its metric's script. */
export const serveMetrics = async (scenarios: ReadonlyMap<string, Scenario>): Promise<MetricServer> => {
  const asked = new Map<string, number>();
  const server: Server = createServer((request, response) => {
    const path = request.url ?? '';
    const [, namespace = '', name = ''] = path.split('/');
    const script = scenarios
      .get(namespace)
      ?.templates.flatMap(({ metrics }) => metrics)
      .find((metric) => metric.name === name)?.script;
    const at = asked.get(path) ?? 0;
    asked.set(path, at + 1);
    const phase = script === undefined ? 'Error' : answerOf(script, at);
    response.writeHead(phase === 'Error' ? 503 : 200, { 'content-type': 'application/json' });
    response.end(phase === 'Error' ? '{}' : JSON.stringify({ value: bodies[phase] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    urlOf: (namespace) => `http://127.0.0.1:${port}/${namespace}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};

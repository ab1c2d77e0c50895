import type { z } from 'zod';
import { formatExposition } from './exposition.ts';
import type { PodSource } from './pod.ts';
import { type Asked, jsonReply, type Reply, textReply } from './reply.ts';
import { describeProblems, loadsSchema, regressionsSchema, type Settings } from './settings.ts';
import type { Simulation } from './simulation.ts';

/** JSON of a body; undefined when it is none. */
const parseJson = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

const put = <T>(simulation: Simulation, schema: z.ZodType<T>, body: string, changes: (value: T) => Partial<Settings>): Reply => {
  const value = parseJson(body);
  if (value === undefined) return jsonReply(400, { error: 'body: is no JSON' });
  const read = schema.safeParse(value);
  if (!read.success) return jsonReply(400, { error: describeProblems(read.error) });
  simulation.change(changes(read.data));
  return jsonReply(200, read.data);
};

/** Answers the plain listener: metrics, health, and what people set. */
export const answerControl = ({ method, path, body }: Asked, source: PodSource, simulation: Simulation): Reply => {
  switch (`${method} ${path}`) {
    case 'GET /metrics':
      return { status: 200, contentType: 'text/plain; version=0.0.4; charset=utf-8', body: formatExposition(simulation.advanceToNow()) };
    case 'GET /healthz':
      return source.synced() ? textReply(200, 'ok') : textReply(503, 'the pods are not listed yet');
    case 'GET /regressions':
      return jsonReply(200, simulation.settings().regressions);
    case 'PUT /regressions':
      return put(simulation, regressionsSchema, body, (regressions) => ({ regressions }));
    case 'GET /load':
      return jsonReply(200, simulation.settings().load);
    case 'PUT /load':
      return put(simulation, loadsSchema, body, (load) => ({ load }));
    default:
      return textReply(404, 'not found');
  }
};

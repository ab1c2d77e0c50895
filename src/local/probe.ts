import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';
import { connect } from 'node:net';
import type { Ready } from './plan.ts';

const probeTimeoutMs = 2000;

/** True when the part answers. Its certificate is not judged: it is asked on loopback whether it runs, nothing else. */
export const isReady = ({ scheme, port, path = '/' }: Ready): Promise<boolean> => {
  if (scheme === 'tcp') return canConnect(port);
  const options = { host: '127.0.0.1', port, path, timeout: probeTimeoutMs, agent: false as const };
  return new Promise((resolve) => {
    const onAnswer = (answer: { statusCode?: number | undefined; resume: () => unknown }): void => {
      answer.resume();
      resolve(answer.statusCode !== undefined && answer.statusCode < 300);
    };
    const sent = scheme === 'https' ? getHttps({ ...options, rejectUnauthorized: false }, onAnswer) : getHttp(options, onAnswer);
    sent.on('error', () => resolve(false));
    sent.on('timeout', () => sent.destroy());
  });
};

const canConnect = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: probeTimeoutMs }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
    socket.on('timeout', () => {
      socket.destroy();
      resolve(false);
    });
  });

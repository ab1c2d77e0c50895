import { GateError } from '#model/errors.ts';

/** The address of a Prometheus. @throws GateError */
export const prometheusAddress = (given: string | undefined, code: 'GATE_USAGE' | 'GATE_JUDGE' = 'GATE_USAGE'): URL => {
  const base = given === undefined ? null : URL.parse(given);
  if (base !== null && /^https?:$/.test(base.protocol) && base.username === '' && base.password === '') return base;
  const message = given === undefined ? 'no Prometheus was named' : `${given.replace(/\/\/.*@/, '//')} is no address of a Prometheus`;
  throw new GateError(code, 'usage', message, {
    hint: 'Name its address: --prometheus http://127.0.0.1:9090; a bearer token comes in $PROMETHEUS_TOKEN.',
  });
};

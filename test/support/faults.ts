import { isGateError } from '#model/errors.ts';

/** A fault without its stack: what a person and a script see of it. */
export interface Fault {
  readonly code: string;
  readonly fault: string;
  readonly message: string;
}

const describe = (thrown: unknown): Fault => {
  if (isGateError(thrown)) return { code: thrown.code, fault: thrown.fault, message: thrown.message };
  throw thrown;
};

/** The fault that `work` ends in. Anything else it throws is thrown on; an ordinary end is an error. */
export const faultOf = (work: () => unknown): Fault => {
  let result: unknown;
  try {
    result = work();
  } catch (thrown) {
    return describe(thrown);
  }
  throw new Error(`ended without a fault: ${JSON.stringify(result)}`);
};

export const faultOfAsync = async (work: Promise<unknown>): Promise<Fault> => {
  let result: unknown;
  try {
    result = await work;
  } catch (thrown) {
    return describe(thrown);
  }
  throw new Error(`ended without a fault: ${JSON.stringify(result)}`);
};

import type { Manifest } from './ports.ts';

/** The API server of one cluster, as an observer needs it. */
export interface ClusterReader {
  /**
   * All objects of one kind, of one namespace or of all.
   * @throws GateError GATE_CLUSTER of class undecided when there is no whole answer in time
   */
  list(apiVersion: string, kind: string, namespace?: string): Promise<readonly Manifest[]>;
}

/** Which pins a commit holds. */
export interface PinHistory {
  /** The commit is the one that last changed the pin of this agent in this ring, or comes after it, and names there what Git has now. */
  holds(agent: string, ring: string, revision: string): boolean;
}

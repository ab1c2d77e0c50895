import { gunzipSync } from 'node:zlib';
import { Redis } from 'ioredis';
import type { Manifest } from '#model/ports.ts';

/** What Argo CD's repo-server rendered for each Application at one commit, read from where it keeps it for the controller. */
export const renderedByArgo = async (port: number, commit: string): Promise<Map<string, Manifest[]>> => {
  const redis = new Redis({ host: '127.0.0.1', port, lazyConnect: true, maxRetriesPerRequest: 1 });
  await redis.connect();
  try {
    const found = new Map<string, Manifest[]>();
    for (const key of await redis.keys(`mfst|*|${commit}|*`)) {
      const packed = await redis.getBuffer(key);
      if (packed === null) continue;
      const { manifestResponse } = JSON.parse(gunzipSync(packed).toString()) as { manifestResponse?: { manifests?: string[] } };
      const application = key.split('|')[2] ?? key;
      found.set(
        application,
        (manifestResponse?.manifests ?? []).map((text) => JSON.parse(text) as Manifest),
      );
    }
    return found;
  } finally {
    redis.disconnect();
  }
};

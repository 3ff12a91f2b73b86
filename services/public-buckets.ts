import { Client, S3Error } from 'minio';
import { BUCKETS, type Bucket, type ObjectStoreSettings } from './object-store.ts';

const TIMEOUT_MS = 5_000;

/**
 * Which of our buckets anybody may list or read without a key, by their policies and by trying to list them.
 *
 * @throws Error of the connection when the store does not answer
 */
export async function publicBuckets(settings: ObjectStoreSettings): Promise<Bucket[]> {
  const url = new URL(settings.objectStoreUrl);
  const common = {
    endPoint: url.hostname,
    port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
    useSSL: url.protocol === 'https:',
    region: settings.objectStoreRegion,
    retryOptions: { disableRetry: true },
  };
  const ours = new Client({
    ...common,
    accessKey: settings.objectStoreAccessKey,
    secretKey: settings.objectStoreSecretKey,
  });
  const nobody = new Client(common);
  for (const client of [ours, nobody]) client.setRequestOptions({ timeout: TIMEOUT_MS } as never);
  const found: Bucket[] = [];
  for (const bucket of Object.values(BUCKETS)) {
    if ((await hasOpenPolicy(ours, bucket)) || (await listsForNobody(nobody, bucket))) found.push(bucket);
  }
  return found;
}

/** Whether a statement of its policy allows something to everybody. A store without policies has none that does. */
async function hasOpenPolicy(client: Client, bucket: Bucket): Promise<boolean> {
  try {
    return allowsEverybody(await client.getBucketPolicy(bucket));
  } catch (error) {
    if (error instanceof S3Error) return false;
    throw error;
  }
}

/** `Principal` is `"*"` or `{"AWS": "*"}`, or a list that has it (Amazon S3, "Bucket policy examples"). */
export function allowsEverybody(policy: string): boolean {
  const { Statement = [] } = JSON.parse(policy) as { Statement?: unknown };
  return [Statement].flat().some((statement) => {
    const { Effect, Principal } = statement as { Effect?: string; Principal?: unknown };
    const named =
      typeof Principal === 'object' && Principal !== null ? Object.values(Principal).flat() : [Principal];
    return Effect === 'Allow' && named.includes('*');
  });
}

async function listsForNobody(client: Client, bucket: Bucket): Promise<boolean> {
  const objects = client.listObjectsV2(bucket, '', true);
  try {
    for await (const _ of objects) return true;
    return true;
  } catch (error) {
    if (error instanceof S3Error) return false;
    throw error;
  } finally {
    objects.destroy();
  }
}

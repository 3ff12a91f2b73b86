import type { Queryable } from '../pool.ts';

/** An original as the object store tells of it. */
export interface RecoverableFile {
  sha256: string;
  source: string;
  name: string;
  sizeBytes: number;
  receivedAt: Date;
  /** An archive whose members are kept as files of their own. */
  isUnpacked: boolean;
}

/** Enters of which archive files were members, where the archive is still known. */
export async function recoverArchives(
  client: Queryable,
  members: readonly { sha256: string; archiveSha256: string }[],
): Promise<void> {
  await client.query(
    `update file set archive_sha256 = told.archive
     from unnest($1::text[], $2::text[]) as told (sha256, archive)
     where file.sha256 = told.sha256 and file.archive_sha256 is null
       and exists (select from file archive where archive.sha256 = told.archive)`,
    [members.map(({ sha256 }) => sha256), members.map(({ archiveSha256 }) => archiveSha256)],
  );
}

/**
 * Enters originals in the ledger that it does not know, in the given order, which becomes their order of arrival;
 * returns how many were new. Files of sources that are not configured are left out. When they were loaded is lost: their
 * receipt stands for it.
 */
export async function recoverFiles(client: Queryable, files: readonly RecoverableFile[]): Promise<number> {
  const { rowCount } = await client.query(
    `insert into file (sha256, source, name, size_bytes, received_at, accounted_at, state)
     select sha256, source, name, size_bytes, received_at, received_at, case when unpacked then 'unpacked' else 'stored' end
     from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::timestamptz[], $6::boolean[])
       with ordinality as kept (sha256, source, name, size_bytes, received_at, unpacked, position)
     where exists (select from source where source.name = kept.source)
       and not exists (select from file where file.sha256 = kept.sha256)
     order by position
     on conflict (sha256) do nothing`,
    [
      files.map(({ sha256 }) => sha256),
      files.map(({ source }) => source),
      files.map(({ name }) => name),
      files.map(({ sizeBytes }) => sizeBytes),
      files.map(({ receivedAt }) => receivedAt),
      files.map(({ isUnpacked }) => isUnpacked),
    ],
  );
  return rowCount ?? 0;
}

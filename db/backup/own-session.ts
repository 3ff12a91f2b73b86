import pg from 'pg';

/**
 * A session of its own for as long as `work` takes, without a limit for statements, in which what COPY writes and reads
 * means the same wherever it is done.
 *
 * @param name of the session, for whoever looks at what the server does
 */
export async function withOwnSession<T>(
  databaseUrl: string,
  name: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: name,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    options:
      '-c statement_timeout=0 -c timezone=UTC -c datestyle=ISO -c intervalstyle=iso_8601 -c extra_float_digits=1',
  });
  // A server that dies meanwhile is told by the query that waits.
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    // Undoes what was not committed and gives locks back, whatever state they are in.
    await client.end();
  }
}

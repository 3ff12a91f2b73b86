import type { CalibrationBin } from '../../models/evaluation/calibration-bins.ts';
import type { Queryable } from '../pool.ts';

type Head = 'day' | 'week';
/** Without the interval, which follows from the others. */
export type StoredBin = Pick<CalibrationBin, 'from' | 'rows' | 'forecast' | 'failed'>;

/** Keeps how often came true what a version said in its test; told twice it is kept once. */
export async function saveCalibration(
  client: Queryable,
  of: { model: string; version: number; head: Head },
  bins: readonly StoredBin[],
): Promise<void> {
  await client.query(
    `insert into calibration (model, version, head, bin, rows, forecast, failed)
     select $1, $2, $3, * from unnest($4::smallint[], $5::bigint[], $6::float8[], $7::float8[])
     on conflict do nothing`,
    [
      ...[of.model, of.version, of.head],
      bins.map(({ from }) => Math.round(from * 10)),
      bins.map(({ rows }) => rows),
      bins.map(({ forecast }) => forecast),
      bins.map(({ failed }) => failed),
    ],
  );
}

/** Both heads of a version, the lowest probability first; empty where nothing was kept. */
export async function readCalibration(
  client: Queryable,
  model: string,
  version: number,
): Promise<Record<Head, StoredBin[]>> {
  const { rows } = await client.query<StoredBin & { head: Head }>(
    `select head, bin / 10.0::float8 as from, rows, forecast, failed from calibration
     where model = $1 and version = $2 order by head, bin`,
    [model, version],
  );
  const of = (head: Head) => rows.filter((row) => row.head === head).map(({ head: _, ...bin }) => bin);
  return { day: of('day'), week: of('week') };
}

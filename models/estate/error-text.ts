import type { Random } from '../random.ts';
import { between, choice } from './draws.ts';
import type { ErrorFamily, EstateJob } from './job.ts';

const TABLES: Record<EstateJob['domain'], readonly string[]> = {
  orders: ['STG_ORDERS', 'FACT_ORDER_LINES', 'DIM_CUSTOMER'],
  cold_chain: ['REEFER_READINGS', 'COLD_CHAIN_EVENTS'],
  routes: ['ROUTE_STOPS', 'TRUCK_POSITIONS', 'FACT_DELIVERY'],
  pallets: ['PALLET_MOVES', 'CRATE_BALANCE'],
  stock: ['STOCK_LEVELS', 'STOCK_SNAPSHOT'],
  invoices: ['INVOICE_LINES', 'INVOICE_HEADERS'],
  customs: ['CUSTOMS_DECLARATIONS', 'CERTIFICATES'],
  finance: ['LEDGER_ENTRIES', 'PAYMENTS'],
  hr: ['TIMESHEETS', 'ABSENCES'],
  sales: ['FACT_SALES', 'PRICE_LIST', 'FORECAST_HARVEST'],
  reference: ['DIM_PRODUCT', 'DIM_SUPPLIER', 'EXCHANGE_RATES'],
};

export const tableOf = (random: Random, job: EstateJob) => choice(random, TABLES[job.domain]);

/** The error text of a failed run: the family's wording, the day's details. */
export function errorText(random: Random, family: ErrorFamily, job: EstateJob, date: string): string {
  const table = tableOf(random, job);
  const compact = date.replaceAll('-', '');
  const number = (low: number, high: number) => Math.floor(between(random, low, high));
  switch (family) {
    case 'oracle':
      return choice(random, [
        `ORA-01555: snapshot too old: rollback segment number ${number(3, 40)} with name "_SYSSMU${number(3, 40)}$" too small`,
        `ORA-12541: TNS:no listener (host=erp-db-${number(1, 4)}, port=1521)`,
        `ORA-00001: unique constraint (DWH.PK_${table}) violated`,
        `ORA-01653: unable to extend table DWH.${table} by ${number(128, 8192)} in tablespace DWH_DATA`,
      ]);
    case 'connection':
      return choice(random, [
        `read tcp 10.20.${number(1, 9)}.${number(2, 250)}:${number(32_000, 60_000)}->10.30.0.${number(2, 40)}:5432: connection reset by peer`,
        `requests.exceptions.ConnectionError: HTTPSConnectionPool(host='api.partner-${number(1, 9)}.example', port=443): Max retries exceeded`,
        `psycopg2.OperationalError: server closed the connection unexpectedly after ${number(2, 900)} s`,
      ]);
    case 'deadlock':
      return `deadlock detected: Process ${number(1000, 32_000)} waits for ShareLock on transaction ${number(1e6, 9e6)}; blocked by process ${number(1000, 32_000)}. relation "${table.toLowerCase()}"`;
    case 'timeout':
      return choice(random, [
        `canceling statement due to statement timeout (${Math.round(job.traits.limitMs / 1000)} s) while updating "${table.toLowerCase()}"`,
        `Job exceeded its time limit of ${Math.round(job.traits.limitMs / 1000)} s, killed`,
      ]);
    case 'truncated':
      return `File ${job.name}_${compact}.csv is truncated: expected ${number(20_000, 90_000)} lines, found ${number(100, 19_000)}`;
    case 'missing_input':
      return choice(random, [
        `FileNotFoundError: [Errno 2] No such file or directory: '/data/in/${job.name}/${compact}_${number(1, 9)}.csv'`,
        `Missing input: partition ${table.toLowerCase()}/day=${date} is empty`,
      ]);
    case 'schema':
      return choice(random, [
        `column "${choice(random, ['lot_origin', 'pallet_type', 'incoterm', 'temp_max_c', 'carrier_code'])}" of relation "${table.toLowerCase()}" does not exist`,
        `KeyError: "unexpected column '${choice(random, ['LotOrigine', 'GTIN14', 'incoterm_2020'])}' at position ${number(3, 40)}, expected ${number(12, 41)} columns"`,
      ]);
    case 'disk':
      return `OSError: [Errno 28] No space left on device: '/var/etl/tmp/${job.name}.${number(1000, 99_999)}.part'`;
    case 'memory':
      return choice(random, [
        `Killed: out of memory (rss ${number(6, 30)}.${number(0, 9)} GB, signal 9)`,
        'java.lang.OutOfMemoryError: Java heap space',
      ]);
  }
}

/** What the jobs of a fruit and vegetable transport group are called, how often they run, what they wait for. */

export type Rhythm = 'quarter_hourly' | 'hourly' | 'daily' | 'business_days' | 'weekly' | 'month_end';

export type Domain =
  | 'orders'
  | 'cold_chain'
  | 'routes'
  | 'pallets'
  | 'stock'
  | 'invoices'
  | 'customs'
  | 'finance'
  | 'hr'
  | 'sales'
  | 'reference';

export interface CatalogueEntry {
  name: string;
  rhythm: Rhythm;
  domain: Domain;
  /** Name of the one job it waits for. */
  upstream: string | null;
}

/** The six of the data team, and whose jobs are whose. */
export const OWNERS: Record<Domain, string> = {
  orders: 'claire.moreau',
  sales: 'claire.moreau',
  routes: 'julien.petit',
  pallets: 'julien.petit',
  cold_chain: 'amina.benali',
  stock: 'amina.benali',
  customs: 'thomas.leroy',
  reference: 'thomas.leroy',
  invoices: 'sofia.garcia',
  finance: 'sofia.garcia',
  hr: 'data-platform',
};

const COUNTRIES = ['fr', 'es', 'it', 'nl', 'ma', 'de'];

/** `name` or `name<upstream`, separated by spaces. */
function group(rhythm: Rhythm, domain: Domain, names: string): CatalogueEntry[] {
  return names.split(' ').map((text) => {
    const [name, upstream = null] = text.split('<') as [string, string?];
    return { name, rhythm, domain, upstream };
  });
}

/** One job per country; both names end in it. */
function perCountry(rhythm: Rhythm, domain: Domain, name: string, upstream?: string): CatalogueEntry[] {
  return COUNTRIES.map((country) => ({
    name: `${name}_${country}`,
    rhythm,
    domain,
    upstream: upstream === undefined ? null : `${upstream}_${country}`,
  }));
}

/** 120 jobs; a job stands after the one it waits for. */
export const CATALOGUE: readonly CatalogueEntry[] = [
  ...group('quarter_hourly', 'cold_chain', 'coldchain_telemetry'),
  ...group('quarter_hourly', 'routes', 'truck_positions'),
  ...group('quarter_hourly', 'pallets', 'dock_gate_events'),
  ...group('hourly', 'orders', 'orders_inbound edi_messages web_shop_orders'),
  ...group('hourly', 'stock', 'stock_levels warehouse_temperatures'),
  ...group('hourly', 'routes', 'route_events carrier_status'),
  ...group('hourly', 'pallets', 'pallet_scans'),
  ...group('hourly', 'customs', 'customs_messages'),
  ...perCountry('daily', 'orders', 'extract_orders'),
  ...perCountry('daily', 'orders', 'load_orders', 'extract_orders'),
  ...perCountry('daily', 'routes', 'routes_plan', 'load_orders'),
  ...perCountry('daily', 'pallets', 'pallets_daily'),
  ...perCountry('daily', 'stock', 'stock_snapshot'),
  ...perCountry('daily', 'routes', 'delivery_proofs'),
  ...perCountry('daily', 'sales', 'harvest_forecast'),
  ...group('daily', 'cold_chain', 'coldchain_daily<coldchain_telemetry coldchain_breaches<coldchain_daily'),
  ...group('daily', 'cold_chain', 'quality_controls energy_meters'),
  ...group('daily', 'routes', 'truck_telematics<truck_positions fuel_prices weather_forecast driver_hours'),
  ...group('daily', 'pallets', 'dock_occupancy<dock_gate_events crates_balance returns_packaging'),
  ...group('daily', 'reference', 'customers_master suppliers_master products_catalog exchange_rates'),
  ...group('daily', 'sales', 'market_prices_rungis market_prices_perpignan claims_daily'),
  ...group('daily', 'sales', 'datamart_sales<load_orders_fr datamart_margin<datamart_sales'),
  ...group('daily', 'sales', 'dashboards_refresh<datamart_margin'),
  ...group('daily', 'routes', 'datamart_logistics<routes_plan_fr carbon_footprint<datamart_logistics'),
  ...group('daily', 'reference', 'archive_logs'),
  ...perCountry('business_days', 'invoices', 'invoices', 'load_orders'),
  ...group(
    'business_days',
    'customs',
    'customs_uk customs_ma customs_ch customs_tr phytosanitary_certificates',
  ),
  ...group('business_days', 'finance', 'payments_bank credit_notes accounts_receivable accounts_payable'),
  ...group('business_days', 'finance', 'ledger_postings<accounts_payable carrier_invoices budget_tracking'),
  ...group('business_days', 'hr', 'hr_timesheets hr_absences payroll_inputs<hr_timesheets'),
  ...group('business_days', 'orders', 'supplier_orders purchase_prices'),
  ...group('business_days', 'sales', 'crm_contacts crm_opportunities promo_calendar'),
  ...group('weekly', 'sales', 'demand_forecast price_list promo_plan'),
  ...group('weekly', 'stock', 'stock_inventory'),
  ...group('weekly', 'routes', 'carrier_scorecard driver_planning carbon_weekly'),
  ...group('weekly', 'orders', 'supplier_scorecard'),
  ...group('weekly', 'reference', 'data_quality_report backup_verify'),
  ...group('month_end', 'finance', 'month_close_ledger vat_declaration'),
  ...group('month_end', 'stock', 'month_close_stock'),
  ...group('month_end', 'hr', 'payroll_export'),
  ...group('month_end', 'customs', 'intrastat_declaration'),
  ...group('month_end', 'sales', 'kpi_board'),
];

/**
 * `count` entries with the catalogue's mix of rhythms: a stride through it below 120, further copies
 * (`load_orders_fr_2`) above. An upstream that is not among them is dropped.
 */
export function selectEntries(count: number): CatalogueEntry[] {
  const size = CATALOGUE.length;
  const entries: CatalogueEntry[] = [];
  for (let copy = 0; entries.length < count; copy++) {
    const wanted = Math.min(size, count - copy * size);
    const suffix = copy === 0 ? '' : `_${copy + 1}`;
    for (const [index, entry] of CATALOGUE.entries()) {
      const chosen = Math.floor(((index + 1) * wanted) / size) > Math.floor((index * wanted) / size);
      if (!chosen) continue;
      const upstream = entry.upstream === null ? null : `${entry.upstream}${suffix}`;
      entries.push({ ...entry, name: `${entry.name}${suffix}`, upstream });
    }
  }
  const names = new Set(entries.map((entry) => entry.name));
  return entries.map((entry) =>
    entry.upstream !== null && !names.has(entry.upstream) ? { ...entry, upstream: null } : entry,
  );
}

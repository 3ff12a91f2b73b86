import { ConfigError, parseAlertsRouting } from '../../config.ts';
import type { AlertSettings } from '../../models/alerts/alert-settings.ts';
import { UsageError } from '../options/usage-error.ts';
import { readJson } from '../read-json.ts';

/**
 * Who would be told what: the key `alerts` of a file such as `smart-etl.json`, or a file of its value alone. Without a
 * file one channel of mail is told everything at once.
 *
 * @throws UsageError naming the file, the place and what was expected
 */
export async function readAlertRules(
  file: string | undefined,
  { language, timeZone }: { language: 'en' | 'fr'; timeZone: string },
): Promise<AlertSettings> {
  const read = file === undefined ? {} : await readJson(file);
  const isWhole = typeof read === 'object' && read !== null && 'alerts' in read;
  try {
    return { ...parseAlertsRouting(isWhole ? read.alerts : read, file ?? 'alerts', language), timeZone };
  } catch (error) {
    if (error instanceof ConfigError) throw new UsageError(error.message);
    throw error;
  }
}

/** From when on the alert rules, and the dashboards with them, say that the system itself or the model is in trouble. */

/** A challenger is trained each week; two weeks without a newer champion or verdict, and the loop stands still. */
export const CHAMPION_OLD_DAYS = 15;
/** A forecast is made each week. */
export const FORECAST_OLD_DAYS = 8;
/** A message that is not held back leaves within seconds; receivers may be busy for a while. */
export const MESSAGE_LATE_S = 900;
/** A file is loaded within seconds of its receipt; a flood takes minutes. */
export const FILE_LATE_S = 1_800;
/**
 * Of the population stability index: below the first two distributions are alike, from the second on they differ. The
 * usual rule of thumb; see N. Siddiqi, Credit Risk Scorecards, 2006.
 */
export const DRIFT_LIMITS = { watch: 0.1, moved: 0.25 } as const;
/** Failed jobs of a week may be so many standard deviations away from what was expected. */
export const CALIBRATION_DEVIATIONS = 3;
/** Of the API: share of answers that are errors of the server, and the answer time that is promised. */
export const API_ERROR_SHARE = 0.01;
export const API_P95_S = 0.3;

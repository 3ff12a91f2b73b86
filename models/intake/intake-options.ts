/** How the files of one source come in: all have a default, so that a folder and a name suffice. */
export interface IntakeOptions {
  /** A file untouched for so long is finished. */
  settleMs: number;
  /**
   * The folder is on a network share, whose times and sizes may be late: a file is finished when two looks see the
   * same size, time and (of a small one) content.
   */
  network: boolean;
  /** Patterns with `*` and `?` of the names that are taken; none: all. */
  only: string[];
  /** Patterns of names that are left alone. */
  ignore: string[];
  /** `.done`: `x.csv` is finished once `x.csv.done` stands beside it. */
  marker: string | null;
  /** The files are appended to and rotated: only what is new is taken. */
  growing: boolean;
  /** The last line of a growing file that nobody touched for so long is whole without its line end. */
  quietMs: number;
  archive: ArchiveLimits;
  /** Pages of node_exporter to read. */
  scrape: ScrapeTarget[];
  /** How often they are read at most. */
  scrapeSeconds: number;
}

export interface ArchiveLimits {
  /** Bytes of all members together, unpacked. */
  maxBytes: number;
  /** Unpacked over packed bytes; below 64 MiB it does not matter. */
  maxRatio: number;
  maxMembers: number;
}

export interface ScrapeTarget {
  /** Name of the server, as the run logs say it. */
  host: string;
  url: string;
}

/** Logs compress 5 to 50 times; nothing honest compresses a thousand times. */
export const DEFAULT_ARCHIVE_LIMITS: ArchiveLimits = {
  maxBytes: 64 * 1024 ** 3,
  maxRatio: 1_000,
  maxMembers: 10_000,
};

const DEFAULTS: IntakeOptions = {
  settleMs: 1_000,
  network: false,
  only: [],
  ignore: [],
  marker: null,
  growing: false,
  quietMs: 600_000,
  archive: DEFAULT_ARCHIVE_LIMITS,
  scrape: [],
  scrapeSeconds: 60,
};

/** What was configured of these options. */
export type ConfiguredIntake = {
  [Key in keyof Omit<IntakeOptions, 'archive'>]?: IntakeOptions[Key] | undefined;
} & { archive?: { [Key in keyof ArchiveLimits]?: ArchiveLimits[Key] | undefined } | undefined };

/** The options of a source, with the defaults for what is not configured. */
export function intakeOf(configured: ConfiguredIntake | undefined): IntakeOptions {
  const told = Object.fromEntries(
    Object.entries(configured ?? {}).filter(([, value]) => value !== undefined),
  );
  const archive = Object.fromEntries(
    Object.entries(configured?.archive ?? {}).filter(([, value]) => value !== undefined),
  );
  return { ...DEFAULTS, ...told, archive: { ...DEFAULT_ARCHIVE_LIMITS, ...archive } };
}

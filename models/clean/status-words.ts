import type { RunStatus } from '../records/run.ts';

/** Words of the common schedulers and tools, English and French, as `plainWord` leaves them. */
const WORDS: Record<RunStatus, string> = {
  succeeded: `success, succeeded, successful, succes, ok, completed, complete, done, finished, passed, pass,
    ended ok, reussi, reussie, reussite, termine, terminee, fini, finie, acheve, achevee, traite, traitee,
    completed with warnings, succeeded with warnings, success with warnings, ended with warnings, warning,
    termine avec avertissement, termine avec avertissements, succes avec avertissements`,
  failed: `failed, fail, failure, error, errored, in error, ko, nok, not ok, ended not ok, echec, echoue, echouee,
    en echec, erreur, en erreur, crashed, crash, plante, timed out, timeout, timedout, startup failure, upstream failed,
    out of memory, node fail, ended unexpectedly, broken, fatal, rejete, completed with errors, ended with errors, partially failed, abended,
    termine avec erreur, termine avec erreurs, termine en erreur, fini en erreur, arrete en erreur`,
  cancelled: `cancelled, canceled, cancel, aborted, abort, skipped, killed, stopped, terminated, removed, revoked,
    preempted, annule, annulee, abandonne, abandonnee, arrete, arretee, interrompu, interrompue, ignore, ignoree`,
  running: `running, started, starting, in progress, inprogress, executing, active, processing, queued, pending,
    scheduled, waiting, up for retry, en cours, en cours d execution, demarre, demarree, lance, lancee, en attente`,
};

const STATUS_OF = new Map<string, RunStatus>();
for (const status of Object.keys(WORDS) as RunStatus[]) {
  for (const word of WORDS[status].split(',')) STATUS_OF.set(word.trim().replace(/\s+/g, ' '), status);
}

/** `Terminé`, `TIMED_OUT`, `in-progress` → `termine`, `timed out`, `in progress`. */
function plainWord(text: string): string {
  const letters = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return letters.replace(/[^a-z0-9]+/g, ' ').trim();
}

/** The status a word of a log means, null when it is not known. */
export function statusOfWord(text: string): RunStatus | null {
  return STATUS_OF.get(plainWord(text)) ?? null;
}

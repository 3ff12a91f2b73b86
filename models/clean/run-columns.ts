import type { ColumnDefinition, ColumnMap } from './map-columns.ts';

export type RunField =
  | 'job'
  | 'owner'
  | 'runKey'
  | 'status'
  | 'startedAt'
  | 'endedAt'
  | 'durationSeconds'
  | 'durationMilliseconds'
  | 'durationMinutes'
  | 'knownAt'
  | 'host'
  | 'rowsRead'
  | 'rowsWritten'
  | 'expectedRows'
  | 'error'
  | 'message'
  | 'query';

export type RunColumns = ColumnMap<RunField>;

const column = (field: RunField, names: string, required = false): ColumnDefinition<RunField> => ({
  field,
  required,
  names: names.trim().split(/\s+/),
});

/** The columns of a run log, by the names English and French tools give them; the surest name first. */
export const RUN_COLUMNS: readonly ColumnDefinition<RunField>[] = [
  column(
    'job',
    `jobname job jobid nomjob nomdujob nomtraitement nomdutraitement traitement pipelinename pipeline nompipeline
     dagid dag workflowname workflow taskname task nomtache tache packagename package process processus
     batchname chaine nomchaine flux nomflux name nom`,
    true,
  ),
  column(
    'startedAt',
    `startedat starttime start startdate startdatetime starttimestamp startts started begin begintime begindate
     beganat debut datedebut heuredebut dateheuredebut datededebut heurededebut horodatagedebut debutexecution
     debutele demarrage datedemarrage heuredemarrage lancele datelancement rundate executiondate timestamp
     horodatage date`,
    true,
  ),
  column(
    'status',
    `status state runstatus jobstatus runstate statut etat statutexecution codestatut result resultat outcome
     conclusion issue verdict`,
    true,
  ),
  column(
    'runKey',
    `runid runkey executionid execid jobrunid dagrunid idexecution idexec numexecution numeroexecution idrun
     instanceid idinstance sessionid logid run execution id`,
  ),
  column('owner', 'owner jobowner team equipe proprietaire responsable username user utilisateur'),
  column(
    'endedAt',
    `endedat endtime end enddate enddatetime endtimestamp endts ended finishedat finishtime finish completedat
     completiontime stoptime stoppedat fin datefin heurefin dateheurefin datedefin heuredefin horodatagefin
     finexecution finile terminele`,
  ),
  column(
    'durationSeconds',
    `durations durationsec durationseconds durationinseconds duration elapseds elapsedsec elapsedseconds
     elapsed elapsedtime runtimes runtimeseconds runtime executiontime duree durees dureesec dureesecondes
     dureeensecondes tempsexecution dureeexecution`,
  ),
  column(
    'durationMilliseconds',
    'durationms durationmillis durationmilliseconds elapsedms elapsedmillis runtimems dureems',
  ),
  column('durationMinutes', 'durationmin durationminutes elapsedmin elapsedminutes dureemin dureeminutes'),
  column(
    'knownAt',
    'knownat recordedat loggedat receivedat logtime connule enregistrele dateenregistrement journalisele recule',
  ),
  column('host', 'host hostname server servername serveur nomserveur machine node noeud hote nomhote'),
  column(
    'rowsRead',
    `rowsread readrows recordsread rowsin inputrows sourcerows ligneslues
     nbligneslues nombreligneslues nblues`,
  ),
  column(
    'rowsWritten',
    `rowswritten writtenrows recordswritten rowsout outputrows rowsloaded rowsinserted targetrows lignesecrites
     nblignesecrites nombrelignesecrites ligneschargees nbligneschargees nbecrites`,
  ),
  column(
    'expectedRows',
    'expectedrows rowsexpected expectedrecords lignesattendues nblignesattendues nombrelignesattendues',
  ),
  column(
    'error',
    `error errormessage errormsg errortext errordescription exception erreur messageerreur messagederreur
     texteerreur libelleerreur`,
  ),
  column('message', 'message msg logmessage comment commentaire libelle description'),
  column('query', 'query sql sqltext sqlquery requete requetesql textesql statement'),
];

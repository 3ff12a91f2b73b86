/** The run facet in which `smart-etl exec` tells what OpenLineage has no word for. */
export const EXEC_FACET = 'smartEtl_exec';

import { defineSearchAttributeKey } from '@temporalio/common';

/** Typed keys of the search attributes, so that an operator finds a workflow by what it was about. */
export const sourceKey = defineSearchAttributeKey('Source', 'KEYWORD');
export const outcomeKey = defineSearchAttributeKey('Outcome', 'KEYWORD');
export const modelVersionKey = defineSearchAttributeKey('ModelVersion', 'KEYWORD');
export const jobNameKey = defineSearchAttributeKey('JobName', 'KEYWORD');
export const reRunOfKey = defineSearchAttributeKey('ReRunOf', 'KEYWORD');
export const severityKey = defineSearchAttributeKey('Severity', 'KEYWORD');

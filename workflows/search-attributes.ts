import { defineSearchAttributeKey } from '@temporalio/common';

/** Typed keys of the search attributes, so that an operator finds a workflow by what it was about. */
export const sourceKey = defineSearchAttributeKey('Source', 'KEYWORD');
export const outcomeKey = defineSearchAttributeKey('Outcome', 'KEYWORD');
export const modelVersionKey = defineSearchAttributeKey('ModelVersion', 'KEYWORD');

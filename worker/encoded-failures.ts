import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Puts the messages and stack traces of errors into a payload, which the codec encrypts: they quote what people wrote. Is
 * part of the bundle of the workflows too, where payloads are encrypted; reading such failures needs nothing of it.
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });

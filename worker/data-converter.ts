import type { DataConverter } from '@temporalio/common';
import { createPayloadCodec } from '../services/payload-codec.ts';
import type { PayloadKeys } from '../services/payload-keys.ts';
import { FAILURE_CONVERTER_PATH } from './workflow-bundle.ts';

/** What workers do with all they give to Temporal and get from it: with keys, encrypt errors as well. */
export const workerDataConverter = (keys: PayloadKeys): DataConverter => ({
  payloadCodecs: [createPayloadCodec(keys)],
  ...(keys.length > 0 && { failureConverterPath: FAILURE_CONVERTER_PATH }),
});

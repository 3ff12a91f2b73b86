import { CODEC_PATHS } from '../codec/temporal-ui-origin.ts';
import { codecQuerySchema, payloadsSchema } from '../contract/codec.ts';
import { type Json, jsonContent, parametersOf, problemResponse } from './openapi-parts.ts';

const operation = (operationId: string, summary: string, wrong: string): Json => ({
  post: {
    operationId,
    summary,
    parameters: parametersOf(codecQuerySchema, 'query'),
    requestBody: { required: true, ...jsonContent(payloadsSchema) },
    responses: {
      200: { description: 'The same number of payloads, in their order', ...jsonContent(payloadsSchema) },
      400: problemResponse(wrong),
      403: problemResponse('The role is not enough, or a page of another site than the Temporal UI asks'),
    },
  },
});

/** The codec server of the Temporal UI. */
export const codecPaths: Json = {
  [CODEC_PATHS.decode]: operation(
    'decodePayloads',
    'What workflows keep in Temporal, decrypted; what is not encrypted comes back as it is',
    'These are no payloads, or one cannot be decrypted: its key is not here, or it was changed',
  ),
  [CODEC_PATHS.encode]: operation(
    'encodePayloads',
    'Payloads as workers take them, encrypted where there are keys: for a workflow that is started in the Temporal UI',
    'These are no payloads',
  ),
};

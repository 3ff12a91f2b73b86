import { ApplicationFailure } from '@temporalio/workflow';

type Shape = Record<string, 'text' | 'number' | 'texts'>;

const isOf: Record<Shape[string], (value: unknown) => boolean> = {
  text: (value) => typeof value === 'string' && value !== '',
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  texts: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
};

/**
 * Checks what a workflow was started with. Somebody may have typed it into the Temporal UI: wrong input fails the
 * workflow with a sentence, instead of an error in workflow code that is tried again for ever.
 *
 * @param shape the fields that must be there, with their types.
 */
export function requireInput(workflow: string, input: unknown, shape: Shape): void {
  const fields = (input ?? {}) as Record<string, unknown>;
  for (const [name, type] of Object.entries(shape)) {
    if (!isOf[type](fields[name])) {
      const found = fields[name] === undefined ? 'nothing' : JSON.stringify(fields[name]);
      throw ApplicationFailure.nonRetryable(
        `${workflow} expects "${name}" (${type}), found ${found}`,
        'InvalidInput',
      );
    }
  }
}

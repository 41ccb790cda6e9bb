import { RecordBatchReader, type RecordBatch } from 'apache-arrow';
import { arrowSource } from './arrow-source';
import type { GridSource } from './source';

const SHOW_EVERY_MS = 120;

/**
 * Reads an Arrow stream to its end. What has arrived is shown at once and then a few times a
 * second; the last source has all rows.
 */
export async function readArrow(
  response: Response,
  onSource: (source: GridSource) => void,
): Promise<GridSource> {
  const reader = await RecordBatchReader.from(response);
  await reader.open();
  const schema = reader.schema; // The reader forgets it at the end of the stream.
  const batches: RecordBatch[] = [];
  let shown = 0;
  onSource(arrowSource(schema, []));
  for await (const batch of reader) {
    if (batch.numRows === 0) continue;
    batches.push(batch);
    const now = performance.now();
    if (batches.length === 1 || now - shown > SHOW_EVERY_MS) {
      shown = now;
      onSource(arrowSource(schema, [...batches]));
    }
  }
  const whole = arrowSource(schema, batches);
  onSource(whole);
  return whole;
}

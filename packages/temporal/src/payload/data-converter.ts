import type { DataConverter, PayloadCodec } from '@temporalio/common';
import { CompressionCodec } from './compression-codec.js';
import { EncryptionCodec } from './encryption-codec.js';
import { deriveKeys } from './encryption-keys.js';

export interface DataConverterOptions {
  readonly encryptionKeys: readonly string[];
  readonly compressAboveBytes: number;
}

/** Converts values to payloads: JSON, compressed if large, encrypted if there is a key. */
export async function createDataConverter(options: DataConverterOptions): Promise<DataConverter> {
  const codecs: PayloadCodec[] = [new CompressionCodec(options.compressAboveBytes)];
  if (options.encryptionKeys.length > 0) codecs.push(new EncryptionCodec(await deriveKeys(options.encryptionKeys)));
  return { payloadCodecs: codecs };
}

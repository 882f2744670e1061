/** The same response with a body that fails with `tooLarge()` after more than `mostBytes` uncompressed bytes. */
export function boundedResponse(response: Response, mostBytes: number, tooLarge: () => Error): Response {
  if (response.body === null) return response;
  let bytes = 0;
  const counted = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.byteLength;
        if (bytes <= mostBytes) controller.enqueue(chunk);
        else controller.error(tooLarge());
      },
    }),
  );
  const { status, statusText, headers } = response;
  return new Response(counted, { status, statusText, headers });
}

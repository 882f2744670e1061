/** The same response, whose body fails with `tooLarge()` once more than `mostBytes` of it, unpacked, have been read. */
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
